import { execFile } from 'node:child_process';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { AppError } from '../errors/app-error';
import { atomicFs } from './atomic-fs';
import { BRANCH } from './branch';
import { GIT_ENV, hasGit } from './object-reader';

/** Where isomorphic-git notes the remote's branch in our repository. */
const TRACKING = 'refs/remotes/remote/main';

/** What is said, by us or by the host, of a push that somebody else's came before. A rule that declines it is not that. */
const FASTER = /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref/i;

export type Remote = {
  /** Brings the objects of the remote's branch here. @returns its commit, null when the remote has no such branch. */
  fetch(): Promise<string | null>;
  /** Moves the remote's branch to a commit; never over commits that we don't have. @returns false when somebody was faster. */
  push(oid: string): Promise<boolean>;
};

/**
 * The remote behind an address: http or https, with a token as its user or password, or a path of this machine. With a git program
 * git does it, which also takes ssh; without one only http and https work.
 * @throws AppError unprocessable for another kind of address. No error names the token.
 */
export function openRemote(gitdir: string, address: string): Remote {
  const { url, credentials } = splitAddress(address);
  return hasGit() ? nativeRemote(gitdir, url, credentials) : plainRemote(gitdir, url, credentials);
}

type Credentials = { username: string; password: string } | null;

function splitAddress(address: string): { url: string; credentials: Credentials } {
  if (!/^https?:/i.test(address)) {
    // `ext::` and `-x` would run a program.
    if (/^(?:-|[\w+.]+::)/.test(address)) throw new AppError('unprocessable', 'STORE_REMOTE is not a valid git URL.');
    return { url: address, credentials: null };
  }
  // Said without the address: the error of the URL itself repeats it, token and all.
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || /%(?![0-9a-f]{2})/i.test(url.username + url.password))
    throw new AppError('unprocessable', 'STORE_REMOTE is not a valid URL.');
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url: url.toString(), credentials: null };
  // A token alone stands before the @; hosts want it as a password.
  return {
    url: url.toString(),
    credentials: password ? { username, password } : { username: 'x-access-token', password: username },
  };
}

function nativeRemote(gitdir: string, url: string, credentials: Credentials): Remote {
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      // In the environment, not among the arguments: those can be seen by everyone on the machine.
      const header = credentials
        ? `Authorization: Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
        : '';
      const secret = credentials
        ? { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.extraHeader', GIT_CONFIG_VALUE_0: header }
        : {};
      const head = [
        '--git-dir',
        gitdir,
        '-c',
        'fetch.fsckObjects=true',
        '-c',
        'core.hooksPath=/dev/null',
        '-c',
        'safe.directory=*',
      ];
      const reach = { GIT_ALLOW_PROTOCOL: 'http:https:ssh:file', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' };
      const env = { ...process.env, ...GIT_ENV, ...secret, ...reach };
      execFile('git', [...head, ...args], { env, timeout: 120_000, maxBuffer: 16e6 }, (error, stdout, stderr) =>
        resolve({ code: error ? 1 : 0, out: `${stdout}${stderr}` }),
      );
    });
  const must = async (...args: string[]) => {
    const { code, out } = await run(...args);
    if (code !== 0) throw unreachable(out);
    return out;
  };
  return {
    async fetch() {
      const list = await must('ls-remote', '--', url, `refs/heads/${BRANCH}`);
      const oid = /^([0-9a-f]{40})\t/m.exec(list)?.[1] ?? null;
      // Objects only, without a ref of ours: one whose lock a killed git left behind would refuse every later fetch.
      if (oid) await must('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', url, `refs/heads/${BRANCH}`);
      return oid;
    },
    async push(oid) {
      const { code, out } = await run('push', '--quiet', '--', url, `${oid}:refs/heads/${BRANCH}`);
      if (code !== 0 && !FASTER.test(out)) throw unreachable(out);
      return code === 0;
    },
  };
}

function plainRemote(gitdir: string, url: string, credentials: Credentials): Remote {
  if (!/^https?:/i.test(url))
    throw new AppError(
      'unprocessable',
      'Without a git program on this machine STORE_REMOTE must be an http or https address.',
    );
  const repo = { fs: atomicFs, gitdir };
  /** isomorphic-git wants to read in the configuration what is brought where. */
  const noteTracking = async () => {
    const entry = { ...repo, path: 'remote.remote.fetch' };
    if (!(await git.getConfig(entry))) await git.setConfig({ ...entry, value: `+refs/heads/${BRANCH}:${TRACKING}` });
  };
  const auth = credentials ? { onAuth: () => credentials, onAuthFailure: () => ({ cancel: true }) } : {};
  return {
    async fetch() {
      try {
        const refs = await git.listServerRefs({ http, url, prefix: `refs/heads/${BRANCH}`, ...auth });
        const oid = refs.find(({ ref }) => ref === `refs/heads/${BRANCH}`)?.oid ?? null;
        if (oid) {
          await noteTracking();
          await git.fetch({
            ...repo,
            http,
            url,
            ref: BRANCH,
            remoteRef: BRANCH,
            remote: 'remote',
            singleBranch: true,
            tags: false,
            ...auth,
          });
        }
        return oid;
      } catch (error) {
        throw unreachable(String(error));
      }
    },
    async push(oid) {
      try {
        const remoteRef = `refs/heads/${BRANCH}`;
        const { ok } = await git.push({ ...repo, http, url, ref: oid, remoteRef, force: false, ...auth });
        return ok;
      } catch (error) {
        if ((error as { code?: string }).code === 'PushRejectedError' || FASTER.test(String(error))) return false;
        throw unreachable(String(error));
      }
    },
  };
}

/** Codes stand alone: the id of a commit has 401 in it now and then. */
function unreachable(said: string): AppError {
  const why = /certificate/i.test(said)
    ? 'its TLS certificate is not trusted here (GIT_SSL_CAINFO names a file with your own CA)'
    : /\bauthenti|\bunauthori|\bauthori[sz]ation|\b40[13]\b|denied|could not read Username/i.test(said)
      ? 'it refuses our credentials'
      : /hook declined|protected branch|remote rejected/i.test(said)
        ? 'a rule there refuses the push (a hook, or a protected branch)'
        : /not found|\b404\b|does not (?:exist|appear)/i.test(said)
          ? 'there is no such repository'
          : 'it can’t be reached, or refuses';
  return new AppError(
    'remote_unavailable',
    `The remote repository was not brought up to date: ${why}. It is retried automatically.`,
    {
      // Addresses in it may carry a token.
      logMessage: `remote: ${said.replace(/\/\/[^/@\s]*@/g, '//…@').slice(0, 2000)}`,
    },
  );
}
