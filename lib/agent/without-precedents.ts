import type { Toolbox } from './tools';

const PRECEDENT_TOOLS = new Set(['search_cases', 'get_case', 'grep_cases']);

/** Whether a tool answers with past cases. */
export const isPrecedentTool = (server: string, tool: string): boolean =>
  server === 'socdown' && PRECEDENT_TOOLS.has(tool);

/** A toolbox without the tools that answer with past cases: they are neither offered nor called. */
export function withoutPrecedents(toolbox: Toolbox): Toolbox {
  return {
    tools: async () => (await toolbox.tools()).filter(({ server, tool }) => !isPrecedentTool(server, tool)),
    async call(server, tool, args, options) {
      if (isPrecedentTool(server, tool)) throw new Error('Past cases are left out of this run.');
      return toolbox.call(server, tool, args, options);
    },
    close: () => toolbox.close(),
  };
}
