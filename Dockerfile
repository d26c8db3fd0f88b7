# One image for every part of the service except PostgreSQL.
#
#   docker build -t seedbed .                    for CPUs
#   docker build -t seedbed --build-arg GPU=yes  with CUDA's libraries (not in the lock: no hashes)
#
# The base image is pinned by tag; pin it by digest in your own registry.
ARG PYTHON=python:3.11.13-slim-bookworm

# --- Packages: only this stage has uv and pip ------------------------------------------------------
FROM ${PYTHON} AS packages
WORKDIR /build
COPY requirements.lock pyproject.toml ./
COPY scripts/runtime_lock.py scripts/runtime_lock.py
# Installs the lock without the developers' tools, with hashes; uv comes from the lock as well.
RUN python scripts/runtime_lock.py requirements.lock > runtime.lock \
 && python scripts/runtime_lock.py requirements.lock uv > uv.lock \
 && python -m venv /build/uv \
 && /build/uv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r uv.lock \
 && python -m venv --without-pip /srv/venv \
 && /build/uv/bin/uv pip install --python /srv/venv/bin/python --no-cache --require-hashes \
      --only-binary :all: --compile-bytecode -r runtime.lock
# Packages outside the lock: the newest that fit its versions, without hashes.
ARG GPU=no
ARG S3=no
RUN python scripts/runtime_lock.py requirements.lock --versions > versions.txt \
 && if [ "$GPU" = yes ]; then extra="tensorflow[and-cuda]"; fi \
 && if [ "$S3" = yes ]; then extra="${extra:-} boto3"; fi \
 && if [ -n "${extra:-}" ]; then /build/uv/bin/uv pip install --python /srv/venv/bin/python \
      --no-cache --only-binary :all: --constraint versions.txt $extra; fi

# --- The image: no compiler, no pip, no root -------------------------------------------------------
FROM ${PYTHON}
# Backups need PostgreSQL's client programs.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && pip uninstall -y --root-user-action ignore setuptools wheel pip \
 && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin seedbed \
 && install -d -o seedbed -g seedbed -m 700 /artifacts /store /spool
COPY --from=packages /srv/venv /srv/venv
# The package in the layout of an installed copy, with networks and sweep files inside it.
COPY LICENSE /srv/seedbed/
COPY seedbed /srv/seedbed/seedbed
COPY experiments /srv/seedbed/seedbed/_shipped/experiments
COPY sweeps /srv/seedbed/seedbed/_shipped/sweeps
RUN ln -s seedbed/_shipped/sweeps /srv/seedbed/sweeps \
 && python -m compileall -q /srv/seedbed
ARG COMMIT=
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONPATH=/srv/seedbed \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    SEEDBED_STORE=/store \
    SEEDBED_COMMIT=$COMMIT
WORKDIR /srv/seedbed
USER 10001:10001
ENTRYPOINT ["python", "-m", "seedbed", "service", "start"]
CMD ["python", "-m", "seedbed", "--help"]
