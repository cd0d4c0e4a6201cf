import { SYSTEM } from '../auth/guard';
import { type AllowedSigners, readSigners } from './allowed-signers';
import { oneLine } from './commit-message';
import type { CommitObject } from './object-reader';
import { fingerprintOf, signerOf } from './ssh-signature';
import type { Found } from './verify-commit';

/** Who signed a commit: a public key in base64; null: nobody; 'bad': the signature is not one of this commit. */
export type Signer = string | null;
/** `mustBeSigned`: it says that it is an approval or an import. */
export type SignedCommit = { commit: CommitObject; signer: Signer | 'bad'; mustBeSigned: boolean };

export type Signatures = {
  /** By a key of the list. */
  signed: number;
  /** From before signing began. */
  before: number;
  /** Unsigned commits of other people, like changes of the method: nothing vouches for them. */
  unsigned: { oid: string; by: string }[];
  /** Whether the list came from outside: one in the repository proves nothing against who rewrites all of it. */
  isPinned: boolean;
};

/** The list of keys to check with: the given one, or the repository's own at its head. null: there is none. */
export type SignerList = { text: string; isPinned: boolean } | null;

/** Takes the signature out of a commit's content. The rest is what was signed. */
export function readSigner(content: Buffer): Signer | 'bad' {
  // Bytes as characters, one to one: a name need not be UTF-8.
  const text = content.toString('latin1');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end + 1);
  const found = [...head.matchAll(/^gpgsig(?:-sha256)? (.*(?:\n .*)*)\n/gm)];
  const [only] = found;
  if (!only) return null;
  if (found.length > 1) return 'bad';
  const armored = (only[1] ?? '').replaceAll('\n ', '\n');
  const rest = head.slice(0, only.index) + head.slice(only.index + only[0].length) + text.slice(head.length);
  return signerOf(armored, Buffer.from(rest, 'latin1')) ?? 'bad';
}

/**
 * Checks each commit's signature. Whatever Socdown wrote must be signed by a key of the list, unless it is from before signing
 * began. @returns null when the repository was never signed
 */
export function checkSignatures(
  history: Map<string, SignedCommit>,
  list: SignerList,
  report: Found,
): Signatures | null {
  const isSigned = [...history.values()].some(({ signer }) => signer !== null);
  if (!list && !isSigned) return null;
  const allowed = readSigners(list?.text ?? '');
  const result: Signatures = { signed: 0, before: 0, unsigned: [], isPinned: list?.isPinned ?? false };
  if (allowed.signers.length === 0) {
    report('signatures', 'can’t be checked: there is no list of signing keys. Name one with --signers');
    return result;
  }
  if (allowed.after && !history.has(allowed.after))
    report('signatures', `began after commit ${allowed.after.slice(0, 12)}, which is not in this repository`);
  const before = commitsBefore(history, allowed);
  for (const [oid, { commit, signer, mustBeSigned }] of history) {
    const found = (problem: string) => report(`commit ${oid.slice(0, 12)}`, problem);
    if (before.has(oid)) {
      result.before += 1;
      continue;
    }
    const problem = problemOf(commit, signer, allowed);
    const isOurs = commit.committerEmail === SYSTEM.email;
    if (problem === null) result.signed += 1;
    else if (signer !== null) found(problem);
    else if (isOurs || mustBeSigned) found('is not signed');
    else result.unsigned.push({ oid, by: oneLine(`${commit.author} <${commit.authorEmail}>`) });
  }
  if (result.signed === 0) report('signatures', 'no commit is signed by a key of the list');
  return result;
}

function problemOf(commit: CommitObject, signer: Signer | 'bad', { signers }: AllowedSigners): string | null {
  if (signer === null) return 'is not signed';
  if (signer === 'bad') return 'has a signature that is not of its content';
  const known = signers.find(({ publicKey }) => publicKey === signer);
  if (!known) return `is signed by a key that is not in the list (${fingerprintOf(signer)})`;
  if (known.validBefore && commit.committedAt * 1000 > known.validBefore.getTime())
    return `is signed by a key that was retired before (${fingerprintOf(signer)})`;
  return null;
}

/** The last commit that the list names, with all before it; without a name, what lies before the first signed commits. */
function commitsBefore(history: Map<string, SignedCommit>, { after }: AllowedSigners): Set<string> {
  if (after === null) return new Set();
  const starts =
    after === undefined
      ? [...history.values()].flatMap(({ commit, signer }) =>
          signer === null ? [] : commit.parents.filter((oid) => history.get(oid)?.signer === null),
        )
      : [after];
  const before = new Set<string>();
  for (let oid = starts.pop(); oid !== undefined; oid = starts.pop()) {
    const found = history.get(oid);
    if (!found || before.has(oid)) continue;
    before.add(oid);
    starts.push(...found.commit.parents);
  }
  return before;
}

/**
 * In a repository's own list: each key that comes later is brought by a commit that an earlier one signed. For a list from
 * outside there is nothing to ask.
 * @param before the list in the first parent; null: it had none
 */
export function checkNewKeys(
  oid: string,
  signer: Signer | 'bad',
  { before, now }: { before: string | null; now: string },
  report: Found,
): void {
  if (before === null) return;
  const earlier = new Set(readSigners(before).signers.map(({ publicKey }) => publicKey));
  const added = readSigners(now).signers.filter(({ publicKey }) => !earlier.has(publicKey));
  if (added.length > 0 && !(signer !== null && earlier.has(signer)))
    report(
      `commit ${oid.slice(0, 12)}`,
      `brings the signing key ${fingerprintOf(added[0]?.publicKey ?? '')} and is not signed by an earlier one. If you rotated a lost key, name the list of Settings with --signers`,
    );
}
