/** Notified with a user's id when what they may do has changed: role, deactivation, a revoked key, an ended session. */
export const ACCESS_CHANNEL = 'access_changed';
