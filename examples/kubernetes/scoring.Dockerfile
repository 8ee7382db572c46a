# The scoring server, with a script that collects. From the root of a checkout:
#   docker build -f examples/kubernetes/scoring.Dockerfile -t churn-scoring .
FROM python:3.11-slim AS wheel
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.11-slim
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir azureml-inference-server-http /wheels/*.whl && rm -r /wheels
COPY examples/kubernetes/score.py /app/score.py
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 AML_APP_ROOT=/app HOME=/tmp
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["azmlinfsrv", "--entry_script", "/app/score.py", "--port", "5001"]
