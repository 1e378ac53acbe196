# syntax=docker/dockerfile:1
# One image for every role: api, worker, sandbox. SoftHSM is in it for trials, NOT FOR PRODUCTION.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings node's headers along, so that node-gyp downloads nothing.
ENV npm_config_nodedir=/usr/local
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY src src
COPY setup setup
RUN node setup/prepare.mjs build \
 && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends softhsm2 tini \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data/hsm /data/sandbox /data/checkpoint /data/reports /run/lineside \
 && chown -R node:node /data /run/lineside \
 && chmod 700 /data/hsm /data/sandbox /data/checkpoint /data/reports
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY setup setup
COPY hsm-config hsm-config
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    HSM_MODULE=/usr/lib/softhsm/libsofthsm2.so \
    HSM_TOKEN=lineside \
    HSM_PIN_FILE=/run/secrets/hsm-pin \
    SOFTHSM2_CONF=/data/hsm/softhsm2.conf
USER node
VOLUME /data/hsm
EXPOSE 3000
# tini passes SIGTERM on and reaps signers that died.
ENTRYPOINT ["tini", "--", "setup/container/run.sh"]
CMD ["node", "dist/main.js"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=40s --retries=3 \
  CMD ["node", "setup/container/healthy.mjs"]
