import type { Command } from 'commander';
import { SYSTEM } from '@/lib/auth/guard';
import { env } from '@/lib/env/env';
import { AppError } from '@/lib/errors/app-error';
import { loadSamples } from '@/lib/samples/load-samples';
import { plural } from '@/lib/text/phrases';

/** `demo`: the demo organization, on request. */
export function addDemoCommand(program: Command, withDatabase: (act: () => Promise<void>) => Promise<void>): void {
  program
    .command('demo')
    .description('load the demo organization: alerts, logs and past cases, all marked as samples')
    .option('--again', 'remove existing samples first, so that the logs end now')
    .action((options: { again?: boolean }) =>
      withDatabase(async () => {
        const { alerts, end } = await loadSamples(SYSTEM, options).catch((error: unknown) => {
          if (error instanceof AppError && error.reason === 'samples_loaded')
            throw new AppError(
              'samples_loaded',
              `${error.userMessage} Use --again to load it again with current dates.`,
            );
          throw error;
        });
        console.log(`Loaded ${plural(alerts, 'sample alert')}, with logs of 30 days up to ${end}.`);
        if (env().LOGS_DIR)
          console.log('LOGS_DIR points to other logs: runs don’t find the sample events until you unset it.');
      }),
    );
}
