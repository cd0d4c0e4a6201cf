const NAMES =
  'ComputerName ServiceName Record-Date Record-Time Packet-Type User-Name Fully-Qualified-Distinguished-Name Called-Station-ID Calling-Station-ID Callback-Number Framed-IP-Address NAS-Identifier NAS-IP-Address NAS-Port Client-Vendor Client-IP-Address Client-Friendly-Name Event-Timestamp Port-Limit NAS-Port-Type Connect-Info Framed-Protocol Service-Type Authentication-Type Policy-Name Reason-Code Class Session-Timeout Idle-Timeout Termination-Action EAP-Friendly-Name Acct-Status-Type Acct-Delay-Time Acct-Input-Octets Acct-Output-Octets Acct-Session-Id Acct-Authentic Acct-Session-Time'.split(
    ' ',
  );

/** The columns of Windows' Network Policy Server in its database form, which has no header; null for other text. */
export const iasNames = (head: string): string[] | null => (/^"[^"]*","(?:IAS|RAS)",\d{2}\//.test(head) ? NAMES : null);
