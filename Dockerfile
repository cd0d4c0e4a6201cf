# One image for web and worker; the database is a service of its own (compose.yaml).
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# With everything up to date the entry point writes nothing below /app, which may then be read-only.
RUN node -e "import('./scripts/prepare.mjs').then(async (p) => { await p.install(); await p.generate(); p.bundle(); await p.build(); })"

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
# Root's own: the product can't change itself.
COPY --from=build /app /app
RUN mkdir /data && chown 1000:1000 /data && chmod 700 /data
# A number, so that Kubernetes can tell that it isn't root (the user `node` of the image).
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:' + (process.env.PORT ?? 3000) + '/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "scripts/start.mjs"]
