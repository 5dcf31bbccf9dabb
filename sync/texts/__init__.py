"""All words of the worker that people read, in Russian, a module a topic."""
