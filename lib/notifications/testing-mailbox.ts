import net from 'node:net';

/** A small SMTP server of tests: takes what it is sent and keeps it. It offers no TLS. */
export type Mailbox = {
  port: number;
  /** Of each message: the envelope and the text with its headers, as they came. */
  mails: { from: string; to: string[]; raw: string }[];
  /** Every line that clients sent outside of messages. */
  commands: string[];
  /** What it answers to DATA or RCPT from now on instead of taking the message; null: takes it. */
  refusal: string | null;
  close(): Promise<void>;
};

export async function startMailbox(): Promise<Mailbox> {
  const mailbox: Mailbox = { port: 0, mails: [], commands: [], refusal: null, close: async () => {} };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.setEncoding('latin1'));
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    talk(socket, mailbox);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  mailbox.port = (server.address() as net.AddressInfo).port; // listening on TCP
  mailbox.close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return mailbox;
}

function talk(socket: net.Socket, mailbox: Mailbox): void {
  let waiting = '';
  let mail = { from: '', to: [] as string[], raw: '' };
  let inData = false;
  const answer = (line: string) => void socket.write(`${line}\r\n`);
  const command = (line: string) => {
    mailbox.commands.push(line);
    const [, path = ''] = /<([^>]*)>/.exec(line) ?? [];
    if (/^EHLO/i.test(line)) return answer('250-mailbox\r\n250 AUTH PLAIN');
    if (/^STARTTLS/i.test(line)) return answer('502 no encryption here');
    if (/^AUTH PLAIN/i.test(line)) return answer('235 welcome');
    if (/^MAIL/i.test(line)) mail = { from: path, to: [], raw: '' };
    if (/^RCPT/i.test(line)) {
      if (mailbox.refusal) return answer(mailbox.refusal);
      mail.to.push(path);
    }
    inData = /^DATA/i.test(line);
    if (inData) return answer('354 go on');
    return answer(/^QUIT/i.test(line) ? '221 bye' : '250 ok');
  };
  answer('220 mailbox');
  socket.on('data', (chunk) => {
    waiting += String(chunk);
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n';
      const end = waiting.indexOf(mark);
      if (end < 0) return;
      const part = waiting.slice(0, end);
      waiting = waiting.slice(end + mark.length);
      if (!inData) {
        command(part);
        continue;
      }
      inData = false;
      mailbox.mails.push({ ...mail, raw: part });
      answer('250 taken');
    }
  });
}
