# syntax=docker/dockerfile:1
# The server, with the packaged model and the website inside: no Node, no compiler, no root.
# The images to build upon are named in docker/images.env, and nowhere else: `make image` or compose passes them.
ARG NODE_IMAGE
ARG PYTHON_IMAGE

# Builds the website; Node stays in this stage.
FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

# Installs what serves: each package is a wheel whose hash is in requirements/, the build tool too.
# SERVING names the file: serve-milvus has the client of a vector index in Milvus as well.
FROM ${PYTHON_IMAGE} AS install
ARG SERVING=serve-mongodb
WORKDIR /src
COPY requirements ./requirements
RUN python -m venv /opt/deepstyle \
 && /opt/deepstyle/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r "requirements/${SERVING}.txt" \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY deepstyle ./deepstyle
COPY --from=web /src/deepstyle/web ./deepstyle/web
RUN /opt/build/bin/pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/deepstyle/bin/pip install --no-cache-dir --no-index --no-deps /wheels/deepstyle-*.whl

FROM ${PYTHON_IMAGE}
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin deepstyle \
 && install --directory --owner 10001 --group 10001 /var/lib/deepstyle/imports
COPY --from=install /opt/deepstyle /opt/deepstyle
ENV PATH=/opt/deepstyle/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DEEPSTYLE_CACHE_DIR=/tmp/deepstyle \
    DEEPSTYLE_IMPORTS_DIR=/var/lib/deepstyle/imports \
    DEEPSTYLE_HOST=0.0.0.0
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["deepstyle"]
CMD ["serve"]
