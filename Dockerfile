# syntax=docker/dockerfile:1
# Pinned by tag. To pin by digest too, append what `docker buildx imagetools inspect IMAGE` prints: IMAGE@sha256:…
FROM eclipse-temurin:17.0.19_10-jdk-noble AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q -B -ntp -DskipTests package

# The secret scanner, pinned with its hashes; the rest of that list is for machines without Docker.
FROM python:3.13-slim-bookworm AS scanner
COPY engines/requirements.txt /
RUN awk '/^[a-z]/ {keep = /^kingfisher-bin==/} keep' /requirements.txt >/scanner.txt \
    && pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes --target /scanner -r /scanner.txt

FROM eclipse-temurin:17.0.19_10-jre-noble
COPY --from=scanner /scanner/kingfisher/bin/kingfisher /usr/local/bin/kingfisher
RUN groupadd --system --gid 10001 countersign \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin countersign
WORKDIR /opt/countersign
COPY --from=build /src/countersign ./
COPY --from=build /src/worker/target/lib ./lib
COPY --from=build /src/worker/target/countersign-worker.jar /src/worker/target/classpath ./
# The first start writes the class-data archive, which later starts, as a user who may not write here, only read.
RUN touch classpath && ./countersign --version && ln -s /opt/countersign/countersign /usr/local/bin/countersign
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["countersign", "doctor", "--quiet"]
ENTRYPOINT ["countersign"]
CMD ["serve"]
