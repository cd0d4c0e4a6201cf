/** Hosts that every log of their cloud is full of: service principals, endpoints and consoles. */
const SERVICE_HOST =
  /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|aws\.amazon\.com|aws\.internal|googleapis\.com|gserviceaccount\.com|cloud\.google\.com|windows\.net|azure\.com|microsoftonline\.com|microsoft\.com|okta\.com|github\.com|githubusercontent\.com|terraform\.io|hashicorp\.com|kubernetes\.io|mitre\.org)$/i;

export const isServiceHost = (host: string): boolean => SERVICE_HOST.test(host);

/** Whether a value is a host of that kind or a link to one: shared by everybody, it ties nothing together. */
export const isServiceAddress = (value: string): boolean =>
  URL.canParse(value) && /^[a-z]+:\/\//i.test(value) ? isServiceHost(new URL(value).hostname) : isServiceHost(value);
