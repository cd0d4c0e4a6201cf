'use client';
import { useEffect, useState } from 'react';
import { findFrontMatter } from '@/lib/report/find-front-matter';
import type { FrontMatter } from '@/lib/report/schema';

type Code = { parse: (markdown: string) => FrontMatter | null };

/** The front matter of a report; null when it can't be read, and until the code that reads it (YAML) has arrived. */
export function useFrontMatter(markdown: string): FrontMatter | null {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let gone = false;
    void import('@/lib/report/front-matter').then(
      ({ readFrontMatter }) => gone || setCode({ parse: (text) => readFrontMatter(findFrontMatter(text)).frontMatter }),
    );
    return () => {
      gone = true;
    };
  }, []);
  return code?.parse(markdown) ?? null;
}
