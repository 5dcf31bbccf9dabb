"""What people prove themselves with: passwords, and codes of an application. For the pages and `svod staff`."""
