import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import { createAccountLink, resetPassword } from '@/lib/auth/account-links';
import { createKey } from '@/lib/auth/api-keys';
import { SYSTEM } from '@/lib/auth/guard';
import { KEY_SCOPES, type KeyScope, ROLES, type Role } from '@/lib/auth/permissions';
import { resetTwoFactor } from '@/lib/auth/two-factor';
import { addUser, findUserByEmail } from '@/lib/auth/users';
import { env } from '@/lib/env/env';
import { AppError } from '@/lib/errors/app-error';

type WithDatabase = (act: () => Promise<void>) => Promise<void>;

/** People: adding them, and letting them in again. */
export function addUserCommands(program: Command, withDatabase: WithDatabase): void {
  const users = program.command('users').description('people');
  addAdding(users, withDatabase);
  addResets(users, withDatabase);
}

function addAdding(users: Command, withDatabase: WithDatabase): void {
  users
    .command('add <email>')
    .description('add a person; asks for a password, or reads it')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'shown to others (default: the address before the @)')
    .option('--password-stdin', 'read the password from standard input')
    .action((email: string, options: { role: Role; name?: string; passwordStdin?: boolean }) =>
      withDatabase(async () => {
        const password = await readPassword(options.passwordStdin ?? false, '`users invite` for a link');
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
    .description('add a person without a password, and print a link to set one')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'shown to others (default: the address before the @)')
    .action((email: string, options: { role: Role; name?: string }) =>
      withDatabase(async () => {
        const name = options.name ?? email.split('@')[0] ?? email;
        const user = await addUser(SYSTEM, { email, role: options.role, name, invite: true });
        await printLink(user.id);
      }),
    );
}

function addResets(users: Command, withDatabase: WithDatabase): void {
  users
    .command('reset-password <email>')
    .description('set a new password: asks for it, reads it, or prints a one-time link')
    .option('--link', 'print a link that lets the person set a password')
    .option('--password-stdin', 'read the password from standard input')
    .action((email: string, options: { link?: boolean; passwordStdin?: boolean }) =>
      withDatabase(async () => {
        const { id } = await findUserByEmail(email);
        if (options.link) return printLink(id ?? '');
        const password = await readPassword(options.passwordStdin ?? false, '--link');
        await resetPassword(SYSTEM, id ?? '', password);
        console.log(`The password of ${email} is set. All sessions ended.`);
      }),
    );

  users
    .command('reset-two-factor <email>')
    .description(
      'let someone who lost their app and recovery codes sign in with the password alone; ends all their sessions',
    )
    .action((email: string) =>
      withDatabase(async () => {
        const { id } = await findUserByEmail(email);
        await resetTwoFactor(SYSTEM, id ?? '');
        console.log(`The second factor of ${email} is removed. All sessions ended.`);
      }),
    );
}

export function addKeyCommands(program: Command, withDatabase: WithDatabase): void {
  const keys = program.command('keys').description('API keys');
  keys
    .command('create')
    .description('create a key that acts as a person; it is printed once')
    .requiredOption('--user <email>', 'whose key')
    .option('--name <name>', 'what it is for', 'command line')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(KEY_SCOPES).default('full'))
    .option('--source <source>', 'with scope intake: the one source it sends for')
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
}

async function printLink(userId: string): Promise<void> {
  const { path, expiresAt } = await createAccountLink(SYSTEM, userId);
  const { PUBLIC_URL, PORT } = env();
  console.log(new URL(path, PUBLIC_URL ?? `http://localhost:${PORT}`).href);
  console.log(`Works once, until ${expiresAt}.`);
}

/** `instead`: what does without a password. */
async function readPassword(fromStdin: boolean, instead: string): Promise<string> {
  if (fromStdin) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  }
  if (!process.stdin.isTTY)
    throw new AppError('bad_request', `No terminal to ask for a password. Use --password-stdin, or ${instead}.`);
  process.stderr.write('Password (at least 12 characters, not shown): ');
  // What is typed goes nowhere: whoever sees the screen or its history would read it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
