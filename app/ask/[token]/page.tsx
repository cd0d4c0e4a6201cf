import type { Metadata } from 'next';
import { CardPage } from '@/components/shell/card-page';
import { AppError } from '@/lib/errors/app-error';
import { readQuestion } from '@/lib/questions/answer-question';
import { ReplyForm } from './reply-form';

export const metadata: Metadata = { title: 'A question for you', robots: { index: false, follow: false } };

/** For whoever has the link: the question, who asks, and nothing of the case. */
export default async function AskPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const question = await readQuestion(token).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return error;
    throw error;
  });
  if (question instanceof AppError)
    return (
      <CardPage title="This link doesn’t work">
        <p className="text-sm">{question.userMessage}</p>
      </CardPage>
    );
  return (
    <CardPage
      title={`${question.askedBy} asks you`}
      lead={`Your reply goes to your security team. This page works once, until ${question.expiresAt.slice(0, 10)}.`}
    >
      <ReplyForm token={token} question={question.text} />
    </CardPage>
  );
}
