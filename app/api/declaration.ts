import { z } from 'zod';
import type { Actor } from '@/lib/auth/guard';
import type { Verb } from '@/lib/auth/permissions';

/**
 * What a route is, in one object: the handler checks requests and answers against it, and the OpenAPI document and the browser's
 * client types are derived from it. See README.md.
 */
export type Declaration = {
  /** The permission it takes; `public`: no account. */
  verb: Verb | 'public';
  /** Also for a person who must set up a second factor before anything else. */
  enrolling?: true;
  /** What it does, in a sentence, for the OpenAPI document. */
  summary: string;
  /** Parameters in the path, by the names of the folders. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Request headers that the handler reads: name → what it means. */
  headers?: Record<string, string>;
  /** The JSON body. */
  body?: z.ZodType;
  /** The handler gets the body's text and reads it itself; `body` only documents it. */
  rawBody?: true;
  /** The sender may sign the body instead of sending a key (lib/auth/intake-signature); needs `rawBody`. */
  signedBody?: true;
  /** Limits of the body; 1 MB and 30 s otherwise. */
  maxBytes?: number;
  timeoutMs?: number;
  /** The body may come with Content-Encoding gzip; `maxBytes` counts what is in it. */
  gzip?: true;
  /** Status of the good answer; the first of several unless the handler replies with another. */
  status?: number | readonly number[];
  /** The good answer. `nothing` for an empty one. */
  response: z.ZodType;
  /** Types of an answer that isn't JSON; the handler returns a Response then. */
  media?: readonly string[];
  /** Not part of the documented API. */
  internal?: true;
};

type Output<D, Key extends string> = D extends { [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** What a handler gets. `body` is text where `rawBody` is declared. */
export type Call<D extends Declaration> = {
  actor: D['verb'] extends 'public' ? undefined : Actor;
  params: Output<D, 'params'>;
  query: Output<D, 'query'>;
  body: D extends { rawBody: true } ? string : Output<D, 'body'>;
  /** Of a signed body. */
  signature?: { isCopy: boolean; remember: () => Promise<void> } | undefined;
  request: Request;
};

/** An answer with another status than the first declared, or with headers. */
export class Reply<T> {
  constructor(
    readonly value: T,
    readonly options: { status?: number; headers?: Record<string, string> },
  ) {}
}

export const reply = <T>(value: T, options: { status?: number; headers?: Record<string, string> }) =>
  new Reply(value, options);

type Answer<D extends Declaration> = z.output<D['response']> | Reply<z.output<D['response']>> | Response;
export type Handler<D extends Declaration> = (call: Call<D>) => Answer<D> | Promise<Answer<D>>;

/** An id in a path. An unknown one, whatever it looks like, is not_found. */
export const Id = z.string().max(500);
/** The path of most routes. */
export const ById = z.object({ id: Id });
/** An empty answer (204). */
export const nothing = z.void();
/** A list that is never long, and a page of one that may be. */
export const itemsOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
