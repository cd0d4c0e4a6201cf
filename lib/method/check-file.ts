import { joinDetections, readDetectionFile } from '../analyst/sigma/load-rules';
import { isTechnique } from '../attack/techniques';
import { readKnownLists } from '../entities/known-lists';
import { SECTIONS } from '../report/schema';
import { readRunbook } from '../runbooks/read-runbook';
import { detectionTests } from './detection-tests';
import { currentFolder, kindOf } from './files';

/** What a run reads of them; more would crowd out the case. */
const MAX_METHOD = 60_000;
const MAX_COMMAND = 12_000;

/**
 * What is wrong with a text for a path, by the rules of its kind: `runbooks/x.md:5: what is wrong`; none: it can be used. A
 * detection is read with the team's other detections, which a correlation refers to. @throws AppError not_found
 */
export async function checkFile(path: string, text: string): Promise<string[]> {
  const kind = kindOf(path);
  const isOff = text.trim() === '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  switch (kind) {
    case 'runbook':
      return isOff ? [] : readRunbook(path, text).problems;
    case 'known':
      return readKnownLists([[name, text]]).problems;
    case 'detection':
      return detectionProblems(path, name, text);
    case 'command':
      return isOff ? [] : commandProblems(path, text);
    case 'template':
      return text.length > MAX_METHOD ? [tooLong(path)] : templateProblems(path, text);
    case 'method':
      if (isOff) return [`${path}:1: is empty. Every investigation follows it.`];
      return text.length > MAX_METHOD ? [tooLong(path)] : [];
  }
}

const tooLong = (path: string): string => `${path}:1: is longer than ${MAX_METHOD} characters.`;

/** Problems of this file, and those that the others have because of it: a correlation whose rule is gone. Each file is read once. */
async function detectionProblems(path: string, name: string, text: string): Promise<string[]> {
  const files = new Map(
    [...(await currentFolder('detections'))]
      .filter(([file, body]) => /\.ya?ml$/i.test(file) && body.trim() !== '')
      .map(([file, body]) => [file, readDetectionFile(file, body)]),
  );
  const before = new Set(joinDetections([...files.values()]).problems);
  const own = text.trim() === '' ? { rules: [], filters: [], problems: [] } : readDetectionFile(name, text);
  const after = joinDetections([...files.set(name, own).values()]);
  const problems = after.problems.filter((problem) => problem.startsWith(`${path}:`) || !before.has(problem));
  return problems.length > 0 ? problems : detectionTests(own.rules);
}

function commandProblems(path: string, text: string): string[] {
  const head = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text);
  if (!head) return [`${path}:1: has no front matter: a block between two lines of --- with a description.`];
  const problems: string[] = [];
  if (!/^description:[ \t]*\S/m.test(head[1] ?? ''))
    problems.push(`${path}:1: "description" is required: it names the button.`);
  const named =
    /^techniques:(.*)$/m
      .exec(head[1] ?? '')?.[1]
      ?.split(/[\s,[\]]+/)
      .filter(Boolean) ?? [];
  for (const id of named) if (!isTechnique(id)) problems.push(`${path}:1: "${id}" is not a technique of ATT&CK.`);
  if (text.length > MAX_COMMAND) problems.push(`${path}:1: is longer than ${MAX_COMMAND} characters.`);
  return problems;
}

function templateProblems(path: string, text: string): string[] {
  if (!path.endsWith('/investigation.md')) return [];
  const headings = [...text.matchAll(/^## +(.+?)[ \t]*$/gm)].map(([, heading]) => heading ?? '');
  const missing = SECTIONS.filter((section) => !headings.includes(section));
  return missing.length === 0 ? [] : [`${path}:1: lacks the sections ${missing.join(', ')}, which every report has.`];
}
