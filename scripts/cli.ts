import { createInterface } from 'node:readline/promises';
import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { createAccountLink, resetPassword } from '@/lib/auth/account-links';
import { createKey } from '@/lib/auth/api-keys';
import { SYSTEM } from '@/lib/auth/guard';
import { KEY_SCOPES, type KeyScope, ROLES, type Role } from '@/lib/auth/permissions';
import { resetTwoFactor } from '@/lib/auth/two-factor';
import { addUser, findUserByEmail } from '@/lib/auth/users';
import { closeDb, databaseUrl } from '@/lib/db/client';
import { prepareDataDir } from '@/lib/db/data-dir';
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres';
import { migrate } from '@/lib/db/migrate';
import { env } from '@/lib/env/env';
import { AppError, errorMessage } from '@/lib/errors/app-error';
import { reindexAll } from '@/lib/library/reindex';
import { checkFile } from './check-file';
import { addConnectionCommands } from './connection-commands';
import { addDemoCommand } from './demo-command';
import { testDetections } from './detections';
import { doctor } from './doctor';
import { addEvaluationCommands } from './evaluate';
import { investigate } from './investigate';
import { checkRunbooks } from './runbooks';
import { addStoreCommands } from './store-commands';

/** `npm run socdown -- …`; answers the exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function main(args: string[]): Promise<number> {
  const program = new Command('socdown').description('Socdown from the command line, also while the server runs.');
  program.exitOverride().showHelpAfterError();

  const users = program.command('users').description('people');
  users
    .command('add <email>')
    .description('add a person; asks for a password, or reads it')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'shown to others (default: the address before the @)')
    .option('--password-stdin', 'read the password from standard input')
    .action((email: string, options: { role: Role; name?: string; passwordStdin?: boolean }) =>
      withDatabase(async () => {
        const password = await readPassword(options.passwordStdin ?? false);
        const user = await addUser(SYSTEM, {
          email,
          role: options.role,
          password,
          name: options.name ?? email.split('@')[0] ?? email,
        });
        console.log(`Added ${user.email} as ${user.role}.`);
      }),
    );

  users
    .command('invite <email>')
    .description('add a person without a password, and print the link that sets it')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'shown to others (default: the address before the @)')
    .action((email: string, options: { role: Role; name?: string }) =>
      withDatabase(async () => {
        const name = options.name ?? email.split('@')[0] ?? email;
        const user = await addUser(SYSTEM, { email, role: options.role, name, invite: true });
        await printLink(user.id);
      }),
    );
  users
    .command('reset-password <email>')
    .description('set another password: asks for it, or reads it, or prints a one-time link')
    .option('--link', 'print a link with which the person sets the password')
    .option('--password-stdin', 'read the password from standard input')
    .action((email: string, options: { link?: boolean; passwordStdin?: boolean }) =>
      withDatabase(async () => {
        const { id } = await findUserByEmail(email);
        if (options.link) return printLink(id ?? '');
        await resetPassword(SYSTEM, id ?? '', await readPassword(options.passwordStdin ?? false));
        console.log(`The password of ${email} is set. All sessions ended.`);
      }),
    );

  users
    .command('reset-two-factor <email>')
    .description('let a person who lost app and recovery codes sign in with the password alone; all sessions end')
    .action((email: string) =>
      withDatabase(async () => {
        const { id } = await findUserByEmail(email);
        await resetTwoFactor(SYSTEM, id ?? '');
        console.log(`The second factor of ${email} is removed. All sessions ended.`);
      }),
    );

  program
    .command('migrate')
    .description(
      'bring the database up to date and end, for a job that runs before an upgrade; every start does it too',
    )
    .action(() => withDatabase(async () => console.log('The database is up to date.')));

  const keys = program.command('keys').description('API keys');
  keys
    .command('create')
    .description('make a key that acts as a person; it is printed once')
    .requiredOption('--user <email>', 'whose key')
    .option('--name <name>', 'what it is for', 'command line')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(KEY_SCOPES).default('full'))
    .option('--source <source>', 'of scope intake: the one source that it sends for')
    .option('--expires <time>', 'ISO 8601, like 2027-01-31T00:00:00Z')
    .action((options: { user: string; name: string; scope: KeyScope; source?: string; expires?: string }) =>
      withDatabase(async () => {
        const { user, name, scope, source, expires } = options;
        const owner = await findUserByEmail(user);
        const limits = { scope, ...(source ? { source } : {}), ...(expires ? { expiresAt: expires } : {}) };
        const { key } = await createKey(SYSTEM, { userId: owner.id ?? '', name, ...limits });
        console.log(key);
      }),
    );

  program
    .command('investigate <alert>')
    .description(
      'open an investigation of an alert (its id, or SOURCE:ID as its sender names it), run it, and print the report',
    )
    .option('--user <email>', 'as whom (default: the first admin)')
    .action((alert: string, options: { user?: string }) => withDatabase(() => investigate(alert, options.user)));

  program
    .command('reindex')
    .description('bring the search index up to the investigations, where it is not')
    .option('--all', 'rebuild everything')
    .action((options: { all?: boolean }) =>
      withDatabase(async () => console.log(JSON.stringify(await reindexAll(SYSTEM, options)))),
    );

  addStoreCommands(program, withDatabase);
  addEvaluationCommands(program, withDatabase);
  addConnectionCommands(program, withDatabase);
  addDemoCommand(program, withDatabase);

  program
    .command('check <file>')
    .description('check a report against the .evidence.json beside it; no server needed')
    .option('--json', 'print the findings as JSON')
    .action((file: string, options: { json?: boolean }) => checkFile(file, options));

  program
    .command('detections')
    .description('Sigma rules')
    .command('test [file]')
    .description('check rules of a file or folder, and run them against sample events')
    .option('--events <file>', 'events as JSON lines or a JSON array')
    .action((file: string | undefined, options: { events?: string }) => testDetections(file, options));

  program
    .command('runbooks')
    .description('runbooks of the store')
    .command('check [folder]')
    .description('check the runbooks of a folder (default: those a new store starts with)')
    .action((folder: string | undefined) => checkRunbooks(folder));

  program
    .command('doctor')
    .description('check this installation')
    .option('--rehearse', 'also restore a backup into an empty installation, and verify it')
    .action((options: { rehearse?: boolean }) => withDatabase(() => doctor(options)));

  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(messageOf(error));
    return 1;
  }
}

async function printLink(userId: string): Promise<void> {
  const { path, expiresAt } = await createAccountLink(SYSTEM, userId);
  const { PUBLIC_URL, PORT } = env();
  console.log(new URL(path, PUBLIC_URL ?? `http://localhost:${PORT}`).href);
  console.log(`Works once, until ${expiresAt}.`);
}

/** Runs with the database there: the server's when it runs, else one of our own for as long as this takes. */
async function withDatabase(act: () => Promise<void>): Promise<void> {
  prepareDataDir(env().DATA_DIR);
  const embedded = env().DATABASE_URL ? undefined : await startEmbeddedPostgres(env().DATA_DIR);
  try {
    await migrate(databaseUrl());
    await act();
  } finally {
    await closeDb();
    if (embedded && !embedded.reused) await embedded.stop();
  }
}

async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  }
  if (!process.stdin.isTTY)
    throw new AppError('bad_request', 'No terminal to ask for a password. Use --password-stdin.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question('Password (at least 12 characters): ');
  } finally {
    terminal.close();
  }
}

/** What the system says of a file, in words. */
const FILE_ERRORS = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of this path is a file, not a folder'],
  ['EISDIR', 'this is a folder; name a file'],
  ['EACCES', 'no permission'],
  ['EPERM', 'no permission'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
]);

function messageOf(error: unknown): string {
  if (error instanceof AppError) return error.userMessage;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (FILE_ERRORS.has(code)) return `${path ?? 'The file'}: ${FILE_ERRORS.get(code)}.`;
  if (error instanceof z.ZodError)
    return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
  return errorMessage(error);
}
