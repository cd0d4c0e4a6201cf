import fs from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { SYSTEM } from '@/lib/auth/guard';
import { findUserByEmail } from '@/lib/auth/users';
import { env } from '@/lib/env/env';
import { AppError } from '@/lib/errors/app-error';
import { applyRetention, previewRetention } from '@/lib/retention/apply';
import { archiveOlderThan, unarchive } from '@/lib/store/archive';
import { backup } from '@/lib/store/backup';
import { checkCodename, freeCodenames } from '@/lib/store/free-codenames';
import { importRepository } from '@/lib/store/import-repository';
import { packStore } from '@/lib/store/pack-store';
import { storeDir } from '@/lib/store/repo';
import { restore } from '@/lib/store/restore';
import { rotateSigningKey } from '@/lib/store/sign-store';
import { readSigning } from '@/lib/store/signing-keys';
import { syncRemote } from '@/lib/store/sync-remote';
import { type Verified, verifyStore } from '@/lib/store/verify';
import { replaceUnseen } from '@/lib/text/invisible-characters';
import { plural } from '@/lib/text/phrases';
import { lockDataDir } from './data-dir-lock';

type WithDatabase = (act: () => Promise<void>) => Promise<void>;

/** The commands that look after the repository. */
export function addStoreCommands(program: Command, withDatabase: WithDatabase): void {
  for (const add of [addCodename, addArchive, addVerify, addSigningKey, addImport, addRetention, addRemote, addBackup])
    add(program, withDatabase);
}

function addCodename(program: Command, withDatabase: WithDatabase): void {
  program
    .command('codename')
    .description('print a codename that no case has')
    .option('--bulk <n>', 'how many', wholeNumber, 1)
    .option('--check <name>', 'check whether this one is free, taken or not a codename')
    .action((options: { bulk: number; check?: string }) =>
      withDatabase(async () => {
        if (options.check === undefined) return print(await freeCodenames(SYSTEM, options.bulk));
        const state = await checkCodename(SYSTEM, options.check);
        print([state]);
        if (state !== 'free') throw new AppError('codename_taken', 'Choose another one.');
      }),
    );
}

function addArchive(program: Command, withDatabase: WithDatabase): void {
  program
    .command('archive')
    .description('move the files of old days into one archive per day, with a summary beside it')
    .option('--days <n>', 'only days older than this', wholeNumber, 30)
    .option('--dry-run', 'only print what would be done')
    .option('--undo <date>', 'put the files of a day (YYYY-MM-DD) back')
    .action((options: { days: number; dryRun?: boolean; undo?: string }) =>
      withDatabase(async () => {
        const { undo, days, dryRun = false } = options;
        if (undo !== undefined) {
          const { investigations } = await unarchive(SYSTEM, undo);
          return print([`${undo}: ${plural(investigations, 'investigation')} put back`]);
        }
        const done = await archiveOlderThan(SYSTEM, { days, dryRun });
        print(
          done.map(
            ({ day, investigations }) =>
              `${day}: ${plural(investigations, 'investigation')}${dryRun ? ' would be archived' : ' archived'}`,
          ),
        );
        if (done.length === 0) print([`Nothing older than ${plural(days, 'day')} is left to archive.`]);
      }),
    );
}

function addVerify(program: Command): void {
  program
    .command('verify [dir]')
    .description(
      'check the repository, or any clone of it: every object, approval, evidence record, audit line and signature',
    )
    .option(
      '--signers <file>',
      'check signatures with this list of keys (Settings, Signing), not with the repository’s own',
    )
    .action(async (dir: string | undefined, options: { signers?: string }) => {
      // Without a database: a clone can be checked anywhere.
      const signers = options.signers === undefined ? {} : { signers: readList(options.signers) };
      const { findings, head, signatures, ...counts } = await verifyStore(dir ?? storeDir(), signers);
      print(findings.map(({ where, problem }) => `${where}: ${problem}`));
      print([
        `${head ? `head ${head}` : 'no head'}: ${plural(counts.commits, 'commit')}, ${plural(counts.approvals, 'approval')}, ${plural(counts.files, 'file')}${counts.imported > 0 ? `, ${counts.imported} imported without an approval here` : ''}`,
      ]);
      print(signatureLines(signatures));
      if (findings.length > 0)
        throw new AppError(
          'store_damaged',
          `${plural(findings.length, 'finding')}. Compare the head with another clone.`,
        );
      print([
        'Nothing was changed. Compare the head with another clone: what was cut off at the end leaves no trace here.',
      ]);
    });
}

function addSigningKey(program: Command, withDatabase: WithDatabase): void {
  const key = program.command('signing-key').description('the key that signs what is committed');
  key
    .command('show')
    .description('print the list of public keys, a file for git’s gpg.ssh.allowedSignersFile')
    .action(() =>
      withDatabase(async () => {
        const { allowedSigners } = await readSigning(SYSTEM);
        if (allowedSigners === null)
          throw new AppError('not_found', 'There is no key yet because nothing was committed.');
        print(allowedSigners.trimEnd().split('\n'));
      }),
    );
  key
    .command('rotate')
    .description('sign with a new key from now on; the old one stays in the list, for what it signed')
    .action(() =>
      withDatabase(async () => {
        const { fingerprint, signedByOld } = await rotateSigningKey(SYSTEM);
        print([
          `New commits are signed by ${fingerprint}. Give the new list (signing-key show) to whoever verifies clones.`,
        ]);
        if (!signedByOld)
          print(['The old key could not be opened, so nothing in the repository vouches for the new one.']);
      }),
    );
}

function addImport(program: Command, withDatabase: WithDatabase): void {
  program
    .command('import <dir>')
    .description('import the investigations of a repository of the original socdown project')
    .requiredOption('--user <email>', 'as whom (an admin)')
    .option('--dry-run', 'only print what would be imported')
    .action((dir: string, options: { user: string; dryRun?: boolean }) =>
      withDatabase(async () => {
        const { imported, skipped, archivedDays } = await importRepository(
          await findUserByEmail(options.user),
          dir,
          options,
        );
        print(
          imported.flatMap((one) => [
            `${one.path}: ${one.classification ?? 'unclassified'}`,
            ...one.notes.map((note) => `  ${note}`),
          ]),
        );
        print(skipped.map(({ path, why }) => `not taken: ${path}: ${why}`));
        print([
          `${plural(imported.length, 'investigation')} ${options.dryRun ? 'would be ' : ''}imported, ${skipped.length} not taken, ${plural(archivedDays.length, 'archived day')} read.`,
        ]);
      }),
    );
}

function addRetention(program: Command, withDatabase: WithDatabase): void {
  program
    .command('retention')
    .description('print what the retention settings would remove now, or remove it')
    .option('--apply', 'remove it now; the worker does it every hour')
    .action((options: { apply?: boolean }) =>
      withDatabase(async () => {
        const removal = options.apply ? await applyRetention(SYSTEM) : await previewRetention(SYSTEM);
        for (const [kind, { count, bytes }] of Object.entries(removal))
          print([
            `${kind}: ${count}, ${(bytes / 1e6).toFixed(1)} MB${options.apply ? ' removed' : ' would be removed'}`,
          ]);
      }),
    );
}

function addRemote(program: Command, withDatabase: WithDatabase): void {
  program
    .command('pack')
    .description('pack the repository now; the worker does it automatically when there is much to pack')
    .action(() => withDatabase(async () => print([await packStore(SYSTEM, { always: true })])));

  program
    .command('sync')
    .description('push to STORE_REMOTE and merge what is new there')
    .action(() =>
      withDatabase(async () => {
        const { head, foreign } = await syncRemote(SYSTEM);
        print([`The remote repository is at ${head}, as this one.`]);
        print(foreign.map((file) => `${file} was changed there, without an approval here`));
      }),
    );
}

function addBackup(program: Command, withDatabase: WithDatabase): void {
  program
    .command('backup <file>')
    .description('write database and repository into one file, also while the server runs')
    .action((file: string) =>
      withDatabase(async () => {
        const { rows, objects, head } = await backup(SYSTEM, file);
        const all = Object.values(rows).reduce((sum, n) => sum + n, 0);
        print([`${file}: ${plural(all, 'row')}, ${plural(objects, 'object')}, head ${head}`]);
      }),
    );

  program
    .command('restore <file>')
    .description('restore database and repository from a backup; the server must be stopped')
    .option('--replace', 'overwrite what is in the database')
    .action(async (file: string, options: { replace?: boolean }) => {
      const release = lockDataDir(env().DATA_DIR, ['web', 'worker']);
      try {
        await withDatabase(async () => {
          const { at, head, rows, objects, before } = await restore(SYSTEM, file, options);
          print([`Restored the backup of ${at}: ${plural(rows, 'row')}, ${plural(objects, 'object')}, head ${head}.`]);
          if (before) print([`The previous repository is kept as ${before}.`]);
        });
      } finally {
        release();
      }
    });
}

function readList(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    throw new AppError('bad_request', `${file} can’t be read. Name the list of signing keys.`);
  }
}

function signatureLines(signatures: Verified['signatures']): string[] {
  if (!signatures) return ['No commit is signed.'];
  const { signed, before, unsigned, isPinned } = signatures;
  const by = isPinned
    ? 'the given keys'
    : 'the keys that the repository itself lists (compare them with Settings, Signing)';
  const early = before > 0 ? `, ${before} from before signing began` : '';
  const others = unsigned.map(({ oid, by }) => `not signed: commit ${oid.slice(0, 12)} by ${by}`);
  return [`${plural(signed, 'commit')} signed by ${by}${early}`, ...others];
}

/** One a line; what other programs may have put into a name can't move the cursor. */
function print(lines: string[]): void {
  for (const line of lines) console.log(replaceUnseen(line.replace(/[\t\n]/g, '\ufffd'), () => '\ufffd'));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Enter a whole number.');
  return Number(text);
}
