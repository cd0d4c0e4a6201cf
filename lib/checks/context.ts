import type { FrontMatter } from '../report/schema';
import type { Block } from './blocks';
import type { EvidenceIndex } from './evidence-index';

/** What every rule looks at: a text, and all evidence of its case. */
export type CheckContext = {
  markdown: string;
  lines: string[];
  frontMatter: FrontMatter | null;
  blocks: Block[];
  records: ReadonlyMap<number, EvidenceIndex>;
  all: EvidenceIndex[];
  /** What may be repeated without a citation: the case's own alerts and the front matter. */
  known: EvidenceIndex;
};
