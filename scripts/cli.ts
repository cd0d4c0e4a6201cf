import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { SYSTEM } from '@/lib/auth/guard';
import { closeDb, databaseUrl } from '@/lib/db/client';
import { prepareDataDir } from '@/lib/db/data-dir';
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres';
import { migrate } from '@/lib/db/migrate';
import { env } from '@/lib/env/env';
import { AppError, errorMessage } from '@/lib/errors/app-error';
import { reindexAll } from '@/lib/library/reindex';
import { backupBeforeMigration } from '@/lib/store/backup-before-migration';
import { checkFile } from './check-file';
import { addConnectionCommands } from './connection-commands';
import { addDemoCommand } from './demo-command';
import { testDetections } from './detections';
import { doctor } from './doctor';
import { addEvaluationCommands } from './evaluate';
import { factCheckFile } from './fact-check-file';
import { investigate } from './investigate';
import { addKeyCommands, addUserCommands } from './people-commands';
import { checkRunbooks } from './runbooks';
import { addStoreCommands } from './store-commands';

/** `npm run socdown -- …`; answers the exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function main(args: string[]): Promise<number> {
  const program = new Command('socdown').description('Socdown from the command line, also while the server runs.');
  program.exitOverride().showHelpAfterError();

  addUserCommands(program, withDatabase);
  addKeyCommands(program, withDatabase);
  addWorkCommands(program);
  addStoreCommands(program, withDatabase);
  addEvaluationCommands(program, withDatabase);
  addConnectionCommands(program, withDatabase);
  addDemoCommand(program, withDatabase);
  addCheckCommands(program);

  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(messageOf(error));
    return 1;
  }
}

function addWorkCommands(program: Command): void {
  program
    .command('migrate')
    .description('update the database schema and exit, for a job before an upgrade; every start does this too')
    .action(() => withDatabase(async () => console.log('The database is up to date.')));

  program
    .command('investigate <alert>')
    .description(
      'open an investigation of an alert (its id, or SOURCE:ID as its sender names it), run it, and print the report',
    )
    .option('--user <email>', 'the person who runs it (default: the first admin)')
    .action((alert: string, options: { user?: string }) => withDatabase(() => investigate(alert, options.user)));

  program
    .command('reindex')
    .description('rebuild the search index of investigations that changed')
    .option('--all', 'rebuild everything')
    .action((options: { all?: boolean }) =>
      withDatabase(async () => console.log(JSON.stringify(await reindexAll(SYSTEM, options)))),
    );
}

function addCheckCommands(program: Command): void {
  program
    .command('check <file>')
    .description('check a report against the .evidence.json beside it; no server needed')
    .option('--json', 'print the findings as JSON')
    .action((file: string, options: { json?: boolean }) => checkFile(file, options));

  program
    .command('fact-check <file>')
    .description('have the configured model read a report against the .evidence.json beside it')
    .option('--model <id>', 'another model than the default of Settings > Model')
    .option('--json', 'print the findings and readings as JSON')
    .action((file: string, options: { model?: string; json?: boolean }) =>
      withDatabase(() => factCheckFile(file, options)),
    );

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
}

/** Runs with the database there: the server's when it runs, else one of our own for as long as this takes. */
async function withDatabase(act: () => Promise<void>): Promise<void> {
  prepareDataDir(env().DATA_DIR);
  const embedded = env().DATABASE_URL ? undefined : await startEmbeddedPostgres(env().DATA_DIR);
  try {
    await migrate(databaseUrl(), { before: backupBeforeMigration });
    await act();
  } finally {
    await closeDb();
    if (embedded && !embedded.reused) await embedded.stop();
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
