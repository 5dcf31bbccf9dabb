"""The form without HTTP: the input, its validation, and the form as the templates show it. Pure."""
