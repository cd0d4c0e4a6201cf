import { AppError } from '../errors/app-error';
import type { Connection } from './connection';
import type { ToolDefinition } from './schema';
import { definitionOf } from './tool-definition';

const MAX_TOOLS = 1000;
const MAX_PAGES = 100;

/** All tools that a server lists, by name. A name listed twice is an error: which one would be called? */
export async function listTools({ client }: Connection): Promise<Map<string, ToolDefinition>> {
  const found = new Map<string, ToolDefinition>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor }, {
      cacheMode: 'bypass',
    });
    for (const tool of tools) {
      if (found.has(tool.name)) throw new AppError('unavailable', `The server lists the tool ${tool.name} twice.`);
      found.set(tool.name, definitionOf(tool));
    }
    if (found.size > MAX_TOOLS) throw new AppError('unavailable', `The server lists more than ${MAX_TOOLS} tools.`);
    if (nextCursor === undefined || nextCursor === cursor) break;
    cursor = nextCursor;
  }
  return found;
}
