import { markdownKeymap, markdownLanguage, pasteURLAsLink } from '@codemirror/lang-markdown';
import { type Extension, Prec } from '@codemirror/state';
import { keymap } from '@codemirror/view';

/** Markdown as `markdown()` of the package sets it up, without HTML, CSS and JavaScript in it, which weigh more than the rest. */
export const markdownSupport: Extension = [markdownLanguage, pasteURLAsLink, Prec.high(keymap.of(markdownKeymap))];
