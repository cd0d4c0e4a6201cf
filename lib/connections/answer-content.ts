import type { CallToolResult } from '@modelcontextprotocol/client';

type Part = CallToolResult['content'][number];

const TEXTUAL = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|yaml|x-yaml|javascript|sql|toml|csv|x-sh|ndjson))/i;

/** What a part of an answer holds, as text: nothing that can be read is left out, and what can't be read is named. */
export function partText(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'resource':
      return resourceText(part.resource);
    case 'resource_link':
      return linkText(part);
    default:
      return `[${part.type} left out]`;
  }
}

type Contents = { uri: string; mimeType?: string | undefined; text?: string; blob?: string };

function resourceText(resource: Contents): string {
  const { uri, mimeType = '' } = resource;
  const head = [uri, mimeType].filter(Boolean).join(', ');
  if (resource.text !== undefined) return `[resource ${head}]\n${resource.text}`;
  const bytes = Buffer.from(resource.blob ?? '', 'base64');
  if (TEXTUAL.test(mimeType)) return `[resource ${head}]\n${bytes.toString('utf8')}`;
  return `[resource ${head}: ${bytes.length} bytes, not text, left out]`;
}

type Link = Extract<Part, { type: 'resource_link' }>;

const linkText = ({ uri, name, title, mimeType, size, description }: Link): string =>
  `[link ${[title ?? name, mimeType, size === undefined ? undefined : `${size} bytes`].filter(Boolean).join(', ')}: ${uri}]${description ? `\n${description}` : ''}`;
