/** Names of identities that no person signs in with: of programs, and the accounts that servers and build machines run them under. */
const SERVICE =
  /^(?:www-data|nginx|apache|httpd|tomcat\d*|wwwrun|http|nobody|daemon|postgres|mysql|mongodb|redis|jenkins|gitlab-runner|teamcity|buildkite-agent|circleci|iis apppool\\.+|MSOL_[0-9a-f]{8,}|AAD_[0-9a-f]{8,})$|\.gserviceaccount\.com$|^system:serviceaccount:|\[bot\]$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether an identity is a program's: a service account, an application or a bot. */
export const isServiceIdentity = (principal: string): boolean => SERVICE.test(principal);
