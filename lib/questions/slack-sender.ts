import { callFailure } from '../connections/call-failure';
import { ToolFailure, withTools } from '../connections/with-tools';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { maskSecrets } from '../secrets/mask-secrets';

const CALL_MS = 30_000;

/** How each Slack server that was reviewed posts a message to a person: by the system's id in the catalogue. */
const POSTS: Record<string, { tool: string; args: (to: string, text: string) => Record<string, unknown> }> = {
  'slack-official': {
    tool: 'slack_send_message',
    args: (to, text) => ({ channel_id: to, message: text }),
  },
  'slack-reference': {
    tool: 'slack_post_message',
    args: (to, text) => ({ channel_id: to, text }),
  },
  'slack-korotovsky': {
    tool: 'conversations_add_message',
    args: (to, text) => ({ channel_id: to, text, content_type: 'text/plain' }),
  },
};

/**
 * Sends a text to one person through the oldest Slack connection that is switched on. Its tool must be allowed as egress.
 * @throws AppError unprocessable without such a connection or tool; unavailable, with what Slack said
 */
export async function slackSender(): Promise<(id: string, to: string, text: string) => Promise<void>> {
  const row = await db().connection.findFirst({
    where: { enabled: true, system: { in: Object.keys(POSTS) } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const post = POSTS[row?.system ?? ''];
  if (!row || !post)
    throw new AppError(
      'unprocessable',
      'There is no Slack connection. An admin can add one in Settings, Connections; or ask by mail.',
    );
  return async (_, to, text) => {
    try {
      await withTools(row, { egress: [post.tool] }, CALL_MS, (call) => call(post.tool, post.args(to, text)));
    } catch (error) {
      if (error instanceof AppError) throw error;
      const why = maskSecrets(error instanceof ToolFailure ? error.answer : callFailure(error)).slice(0, 300);
      throw new AppError('unavailable', `${row.name} could not send the message: ${why}`, { cause: error });
    }
  };
}
