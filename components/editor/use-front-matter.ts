'use client';
import { useEffect, useState } from 'react';
import type { FrontMatter } from '@/lib/report/schema';

type Code = { parse: (markdown: string) => FrontMatter | null };

/** The front matter of a report; null when it can't be read, and until the code that reads it (YAML) has arrived. */
export function useFrontMatter(markdown: string): FrontMatter | null {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let gone = false;
    void Promise.all([import('@/lib/report/report'), import('@/components/markdown/zod-without-eval')]).then(
      ([{ parseReport }]) => gone || setCode({ parse: (text) => parseReport(text).frontMatter }),
    );
    return () => {
      gone = true;
    };
  }, []);
  return code?.parse(markdown) ?? null;
}
