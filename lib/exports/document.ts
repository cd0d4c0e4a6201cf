import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { parseReport } from '../report/report';

export type Approval = {
  codename: string;
  revision: number;
  author: string;
  reviewer: string | null;
  /** ISO 8601. */
  approvedAt: string;
  contentHash: string;
  commit: string | null;
};

/** A report as exports show it: a title, facts in pairs, the parsed body. */
export type ReportDocument = { title: string; facts: [string, string][]; body: Root };

export function readDocument(markdown: string, approval: Approval): ReportDocument {
  const { frontMatter, body } = parseReport(markdown);
  const time = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
  const facts: [string, string | null | undefined][] = [
    ['Case', approval.codename],
    ['Classification', frontMatter?.classification],
    ['Confidence', frontMatter?.confidence == null ? null : `${frontMatter.confidence} %`],
    [
      'Severity',
      frontMatter &&
        [frontMatter.severity.original, frontMatter.severity.assessed && `assessed ${frontMatter.severity.assessed}`]
          .filter(Boolean)
          .join(', '),
    ],
    ['Techniques', frontMatter?.techniques.join(', ')],
    ['Alerts', frontMatter?.alerts.join(', ')],
    ['Model', frontMatter?.model],
    ['Author', approval.author],
    ['Approved', `${approval.reviewer ? `by ${approval.reviewer}, ` : ''}${time(approval.approvedAt)}`],
    ['Revision', `${approval.revision}, sha256 ${approval.contentHash}`],
    ['Commit', approval.commit],
  ];
  return {
    title: frontMatter?.title ?? approval.codename,
    facts: facts.flatMap(([name, value]) => (value ? [[name, value]] : [])),
    body: fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }),
  };
}

/** A link's words and where it leads, as text: an export has nothing to press. */
export function linkText(words: string, address: string): string {
  return words === address || address === '' || address === `mailto:${words}` ? words : `${words} (${address})`;
}

/** What is not to be seen and could lie about the text is shown as its code. Line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(
    /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (mark) => `⟨U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
