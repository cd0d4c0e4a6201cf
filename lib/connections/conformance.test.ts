import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { bundleProgram } from '../store/testing-bundle';
import { runConformance } from './testing/conformance-suite';
import { describeWithPrograms } from './testing/programs';

vi.setConfig({ testTimeout: 200_000 });
testDatabase();

const SCENARIOS = (
  'initialize tools_call sse-retry request-metadata http-standard-headers http-custom-headers http-invalid-tool-headers ' +
  'json-schema-ref-no-deref json-schema-2020-12-preservation sep-2322-client-request-state ' +
  'auth/metadata-default auth/metadata-var1 auth/metadata-var2 auth/metadata-var3 auth/scope-from-www-authenticate ' +
  'auth/scope-from-scopes-supported auth/scope-omitted-when-undefined auth/scope-step-up auth/scope-retry-limit ' +
  'auth/token-endpoint-auth-basic auth/token-endpoint-auth-post auth/token-endpoint-auth-none auth/pre-registration ' +
  'auth/resource-mismatch auth/offline-access-scope auth/offline-access-not-supported auth/iss-supported ' +
  'auth/iss-not-advertised auth/iss-supported-missing auth/iss-wrong-issuer auth/iss-unexpected auth/iss-normalized ' +
  'auth/metadata-issuer-mismatch auth/basic-cimd auth/authorization-server-migration'
).split(' ');

/** Fail, and why that is right, or not worth more. */
const EXPECTED_FAILURES: Record<string, string> = {
  'auth/basic-cimd': 'expects the client ID of the suite’s own document; ours is the document of this installation',
  'auth/authorization-server-migration': 'expects a new registration without a person; here a person signs in again',
  'http-custom-headers':
    'calls with arguments that the suite chooses; our program makes its own up. The headers of those are right',
  'json-schema-2020-12-preservation': 'expects such an argument too; the schema itself arrives unchanged',
  'sep-2322-client-request-state':
    'its server asks the client for input; ours offers none, so that no server can ask a person',
  'json-schema-ref-no-deref': 'its check passes; it offers a tool that it does not answer to',
};

await describeWithPrograms('our client in the official conformance suite', (programs) => {
  it.each(SCENARIOS)('%s', async (scenario) => {
    await testActor('admin');
    const program = await bundleProgram('lib/connections/testing-conformance.ts');
    const command = [process.execPath, ...program, env().DATABASE_URL ?? '', env().DATA_DIR].map((part) => `'${part}'`);
    const script = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-conformance-')), 'client.sh');
    fs.writeFileSync(script, `#!/bin/sh\nexec ${command.join(' ')} "$1"\n`, { mode: 0o755 });
    const args = ['client', '--command', script, '--scenario', scenario, '--timeout', '170000'];
    const { stdout, code } = await runConformance(programs, args);
    expect(code === 0, stdout).toBe(EXPECTED_FAILURES[scenario] === undefined);
  });
});
