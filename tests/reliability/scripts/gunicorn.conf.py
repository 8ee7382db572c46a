"""No socket in the home folder; releases of gunicorn without one ignore the setting."""

control_socket_disable = True
