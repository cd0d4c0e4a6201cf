import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

type Container = {
  image: string;
  securityContext?: unknown;
  resources?: { limits?: { memory?: string }; requests?: unknown };
  livenessProbe?: { httpGet: { path: string } };
  readinessProbe?: { httpGet: { path: string } };
};
type Pod = { securityContext?: unknown; containers: Container[]; volumes: { name: string }[] };
type Manifest = { kind: string; metadata: { name: string }; spec: { template?: { spec: Pod } } };

describe('the container', () => {
  it('runs as a user by number, owns nothing of the product, has one volume and a health check', () => {
    const last =
      read('Dockerfile')
        .split(/^FROM /m)
        .at(-1) ?? '';
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).not.toContain('--chown');
    expect(last.match(/^VOLUME .*$/gm)).toEqual(['VOLUME /data']);
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*\/api\/health/m);
    const { services } = parse(read('compose.yaml'));
    expect(services.app).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(services.app.volumes).toEqual(['data:/data']);
    expect(services.tls.volumes).toContain('./deploy/Caddyfile:/etc/caddy/Caddyfile:ro');
    expect(read('deploy/Caddyfile')).toContain('reverse_proxy app:3000');
  });

  it('is limited in each pod of the manifests, and probed where it has a port', () => {
    const documents = parseAllDocuments(read('deploy/kubernetes.yaml'));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const manifests = documents.map((one) => one.toJS() as Manifest);
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'ConfigMap',
      'PersistentVolumeClaim',
      'Job',
      'Deployment',
      'Deployment',
      'Service',
      'Ingress',
    ]);
    const pods = manifests.flatMap(({ metadata, spec }) =>
      spec?.template ? [{ name: metadata.name, ...spec.template.spec }] : [],
    );
    expect(pods.map(({ name }) => name)).toEqual(['socdown-migrate', 'socdown-web', 'socdown-worker']);
    for (const { securityContext, containers, volumes } of pods) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
      expect(volumes).toHaveLength(2);
      for (const container of containers) {
        expect(container.securityContext).toEqual({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.limits?.memory).toBeTruthy();
      }
    }
    const web = pods[1]?.containers[0];
    expect([web?.livenessProbe?.httpGet.path, web?.readinessProbe?.httpGet.path]).toEqual([
      '/api/health',
      '/api/ready',
    ]);
  });
});

/** ENTRY_POINT=1 as root, who alone can become somebody who owns nothing here: with a database of its own it takes half a minute. */
it.runIf(process.env.ENTRY_POINT && process.getuid?.() === 0)(
  'the entry point starts and stops as a user who can write to the volume and to nothing of the product',
  async () => {
    // As when an image is built: everybody may read it. The tests' own umask is that of a data folder.
    const steps = 'await p.install(); await p.generate(); p.bundle();';
    const prepare = `process.umask(0o022); import('./scripts/prepare.mjs').then(async (p) => { ${steps} })`;
    execFileSync(process.execPath, ['-e', prepare], { cwd: ROOT });
    // nobody: PostgreSQL's initdb wants a user that has a name.
    const [stranger, data] = [65_534, fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-volume-'))];
    fs.chownSync(data, stranger, stranger);
    const { PATH, NODE_ENV } = process.env;
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts/start.mjs')], {
      uid: stranger,
      gid: stranger,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, NODE_ENV, HOME: data, DATA_DIR: data, SOCDOWN_ROLE: 'worker' },
    });
    let said = '';
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const isReady = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => {
          said += text;
          if (said.includes('Socdown worker is ready.')) resolve();
        });
    });
    await Promise.race([isReady, ended]);
    expect(said).toContain('Socdown worker is ready.');
    expect(fs.existsSync(path.join(data, 'investigations.git/HEAD'))).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    fs.rmSync(data, { recursive: true, force: true });
  },
  180_000,
);
