import { type Actor, authorize } from '../../auth/guard';
import { audit } from '../../db/audit';
import { db } from '../../db/client';
import { isUuid } from '../../db/is-uuid';
import { notFound } from '../../errors/app-error';
import { getConnection } from '../read-connections';
import type { ConnectionDetail } from '../schema';
import { readSignIn, tokenColumns } from './sign-in-row';

/** Deletes the tokens of a connection. Its registration with the authorization server stays. @throws AppError not_found */
export async function signOut(actor: Actor, id: string): Promise<ConnectionDetail> {
  authorize(actor, 'connections.manage');
  const row = isUuid(id) ? await db().connection.findUnique({ where: { id } }) : null;
  if (!row) throw notFound('connection');
  await db().$transaction(async (tx) => {
    // A renewal that is under way ends first.
    await tx.$queryRaw`SELECT 1 FROM connection_sign_ins WHERE connection_id = ${id}::uuid FOR UPDATE`;
    const signIn = await readSignIn(tx, id);
    if (!signIn || signIn.state === 'signed_out') return;
    await tx.connectionSignIn.update({
      where: { connectionId: id },
      data: {
        ...tokenColumns(id, signIn.client, null),
        state: 'signed_out',
        scopes: [],
        missingScopes: [],
        account: null,
      },
    });
    await tx.connection.update({ where: { id }, data: { updatedAt: new Date() } });
    await audit(tx, {
      actorId: actor.id,
      verb: 'connections.sign_out',
      subjectKind: 'connection',
      subjectId: id,
      data: { issuer: signIn.server.issuer },
    });
  });
  return getConnection(actor, id);
}
