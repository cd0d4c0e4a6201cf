/** Names of identities that no person signs in with. */
const SERVICE =
  /\.gserviceaccount\.com$|^system:serviceaccount:|\[bot\]$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether an identity is a program's: a service account, an application or a bot. */
export const isServiceIdentity = (principal: string): boolean => SERVICE.test(principal);
