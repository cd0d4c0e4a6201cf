/** read: runs at once. egress, write: wait for a person. refused: never (and so is whatever is unknown). */
export type ToolClass = 'read' | 'egress' | 'write' | 'refused';

export type ToolInfo = {
  server: string;
  tool: string;
  description: string;
  inputSchema: Record<string, unknown>;
  class: ToolClass;
};

/** How a call ended. A tool's own error is `ok: false`, not an exception: the model is told and goes on. */
export type CallResult = {
  ok: boolean;
  /** Text content, whole, up to the size cap. */
  text: string;
  structured: Record<string, unknown> | null;
  bytes: number;
  /** Cut by our size cap, or the tool itself said so (structured.truncated). */
  truncated: boolean;
  durationMs: number;
};
