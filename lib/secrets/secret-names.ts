/** What fields and columns that hold secrets are called, as a pattern for the end of a name. */
export const SECRET_NAMES =
  'pass(?:word|wd|phrase)|pwd|secret|secret[_-]?access[_-]?key|secret[_-]?key|client[_-]?secret|api[_-]?key|private[_-]?key|' +
  'plaintext|access[_-]?token|api[_-]?token|refresh[_-]?token|id[_-]?token|auth[_-]?token|session[_-]?token|security[_-]?token|bearer[_-]?token|credential';
const AT_END = new RegExp(`(?:${SECRET_NAMES})$`, 'i');

/** Whether a name says that secrets are under it. */
export const isSecretName = (name: string): boolean => AT_END.test(name);
