import fs from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { SYSTEM } from '@/lib/auth/guard';
import { importConnections } from '@/lib/connections/import-connections';
import { plural } from '@/lib/text/phrases';

/** `connections`: the MCP servers that this installation uses. */
export function addConnectionCommands(
  program: Command,
  withDatabase: (act: () => Promise<void>) => Promise<void>,
): void {
  program
    .command('connections')
    .description('connections to MCP servers')
    .command('import <file>')
    .description('add the servers in a file like .mcp.json, all or none; - reads standard input')
    .action((file: string) =>
      withDatabase(async () => {
        const content = file === '-' ? await text(process.stdin) : await fs.readFile(file, 'utf8');
        const added = await importConnections(SYSTEM, { file: content });
        for (const { name, system, enabled } of added)
          console.log(
            `${name}: ${system ? `recognized as ${system.title}` : 'not in the catalogue'}${enabled ? '' : ', disabled'}`,
          );
        console.log(
          `Added ${plural(added.length, 'connection')}. Test them under Settings → Connections, and set there what each tool may do.`,
        );
      }),
    );
}
