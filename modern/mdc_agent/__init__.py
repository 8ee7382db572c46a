"""The collector service: what Azure runs beside a scoring container, for everyone.

It receives what the SDKs send, logs request and response payloads, follows the deployment YAML, and
stores the documented lines once. It runs in a process, or an image, of its own, on Python 3.10 or
newer, with the extra `agent`.
"""
