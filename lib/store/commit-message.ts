import { parseReport } from '../report/report';
import { replaceUnseen } from '../text/invisible-characters';

export type GitPerson = { name: string; email: string };

export type CommitFacts = {
  codename: string;
  title: string;
  classification: string | null;
  confidence: number | null;
  revision: { id: string; number: number };
  /** People who wrote in this revision besides its author. */
  coAuthors: GitPerson[];
  /** Who approved: two, where the policy wants two. */
  reviewers: GitPerson[];
  /** Why it was approved although checks found errors. */
  override: string | null;
  /** Labels of the models that wrote. */
  models: string[];
  /** source:sourceRef of each alert. */
  alerts: string[];
  /** The files of the commit, by the last part of their path. */
  files: { name: string; sha256: string }[];
};

/**
 * Untrusted text as one line of a commit: characters that end a line or make it show another text than it has become a space,
 * runs of space one, cut at `max` characters.
 */
export function oneLine(text: string, max = 300): string {
  const clean = replaceUnseen(text.normalize('NFC'), () => ' ', { all: true })
    .replace(/\s+/gu, ' ')
    .trim();
  const points = [...clean];
  return points.length > max
    ? `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
    : clean;
}

/** A name and address that can't end their field: no `<`, `>` or line end, never empty (git fsck wants both). */
export function gitPerson(person: GitPerson): GitPerson {
  const name = oneLine(person.name.replace(/[<>]/g, ' '), 100).replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, '');
  const email = oneLine(person.email.replace(/[<>\s]/g, ''), 254).replace(/\s/g, '');
  return { name: name || 'unknown', email: email || 'unknown@localhost' };
}

/** `Ada Lovelace <ada@example.test>`: a name alone is not proof of who it was. */
export function personLine(person: GitPerson): string {
  const { name, email } = gitPerson(person);
  return `${name} <${email}>`;
}

/** `MALICIOUS (92 %): Root key used from a new country [calm-brave-otter]`: our words first, so that a title can't pose as anything. */
export function commitSubject(
  facts: Pick<CommitFacts, 'codename' | 'title' | 'classification' | 'confidence'>,
): string {
  const confidence = facts.confidence === null ? '' : ` (${facts.confidence} %)`;
  return `${facts.classification ?? 'UNCLASSIFIED'}${confidence}: ${oneLine(facts.title, 120)} [${oneLine(facts.codename, 80)}]`;
}

/** The whole message: subject, one sentence, trailers (the last paragraph, which git reads as such). */
export function commitMessage(facts: CommitFacts): string {
  const trailers = [
    ...facts.coAuthors.map((who) => `Co-authored-by: ${personLine(who)}`),
    ...facts.reviewers.map((who) => `Reviewed-by: ${personLine(who)}`),
    ...(facts.override ? [`Checks-overridden: ${oneLine(facts.override, 1000)}`] : []),
    ...facts.models.map((label) => `Assisted-by: ${oneLine(label)}`),
    ...facts.alerts.map((alert) => `Alert-Id: ${oneLine(alert, 1100)}`),
    ...facts.files.map(({ name, sha256 }) => `Sha256: ${sha256} ${oneLine(name)}`),
    `Revision: ${facts.revision.id}`,
  ];
  return `${commitSubject(facts)}\n\nRevision ${facts.revision.number} of the investigation, approved in review.\n\n${trailers.join('\n')}\n`;
}

/** The revision that a commit of ours is about: the Revision trailer in its last paragraph, or null. */
export function revisionOf(message: string): string | null {
  return /(?:^|\n)Revision: ([0-9a-f-]{36})$/.exec(lastParagraph(message))?.[1] ?? null;
}

/** The values of a trailer in a message's last paragraph. */
export function trailersOf(message: string, name: string): string[] {
  const head = `${name}: `;
  return lastParagraph(message)
    .split('\n')
    .flatMap((line) => (line.startsWith(head) ? [line.slice(head.length)] : []));
}

function lastParagraph(message: string): string {
  return (
    message
      .trimEnd()
      .split(/\n{2,}/)
      .at(-1) ?? ''
  );
}

type Titled = { codename: string; title: string; classification: string | null; confidence: number | null };

/** What a text says about itself; an unreadable front matter is answered from the investigation's row. */
export function reportFacts(markdown: string, investigation: Titled): Titled {
  const { frontMatter } = parseReport(markdown);
  return {
    codename: investigation.codename,
    title: frontMatter?.title ?? investigation.title,
    classification: frontMatter ? frontMatter.classification : investigation.classification,
    confidence: frontMatter ? frontMatter.confidence : investigation.confidence,
  };
}
