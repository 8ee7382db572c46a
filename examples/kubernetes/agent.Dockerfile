# The collector service. From the root of a checkout:
#   docker build -f examples/kubernetes/agent.Dockerfile -t mdc-agent .
FROM python:3.13-slim AS wheel
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.13-slim
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir "$(ls /wheels/*.whl)[agent]" && rm -r /wheels
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Files are written to mounted volumes alone; the root file system may be read-only.
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["mdc-agent"]
