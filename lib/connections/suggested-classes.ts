import type { ToolClass } from './schema';

/**
 * Classes that fit the tools of servers we have read: @elastic/mcp-server-elasticsearch 0.3, @modelcontextprotocol/server-github
 * 2025.4 and server-slack 2025.4. They are suggestions: an admin applies them, or not.
 */
const KNOWN: Record<string, Partial<Record<ToolClass, string>>> = {
  elasticsearch: { read: 'list_indices get_mappings search get_shards' },
  github: {
    read:
      'search_repositories get_file_contents list_commits list_issues search_code search_issues search_users get_issue ' +
      'get_pull_request list_pull_requests get_pull_request_files get_pull_request_status get_pull_request_comments ' +
      'get_pull_request_reviews',
    egress: 'create_issue add_issue_comment create_pull_request_review',
    write:
      'create_or_update_file create_repository push_files create_pull_request fork_repository create_branch update_issue ' +
      'merge_pull_request update_pull_request_branch',
  },
  slack: {
    read: 'slack_list_channels slack_get_channel_history slack_get_thread_replies slack_get_users slack_get_user_profile',
    egress: 'slack_post_message slack_reply_to_thread slack_add_reaction',
  },
};

/**
 * The suggested class of each tool, when most of a server's tools are those of one server that we know. Only names count:
 * what a server says of itself and of its tools (name, annotations) does not.
 */
export function suggestedClasses(tools: string[]): Map<string, ToolClass> {
  for (const classes of Object.values(KNOWN)) {
    const known = new Map<string, ToolClass>();
    for (const [name, list] of Object.entries(classes)) {
      for (const tool of list.split(' ')) known.set(tool, name as ToolClass); // the keys of KNOWN
    }
    const common = tools.filter((tool) => known.has(tool));
    if (common.length > 1 && common.length * 2 > tools.length)
      return new Map(common.map((tool) => [tool, known.get(tool) ?? 'refused']));
  }
  return new Map();
}
