/** Problems of a file, one a line, as `runbooks/x.md:5: what is wrong`. Nothing is drawn without one. */
export function ProblemLines({ title, problems }: { title: string; problems: string[] }) {
  if (problems.length === 0) return null;
  return (
    <div role="alert" className="mb-4 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
      <p className="font-medium">{title}</p>
      <ul className="mt-1 list-disc pl-5">
        {problems.map((problem) => (
          <li key={problem} className="[overflow-wrap:anywhere]">
            {problem}
          </li>
        ))}
      </ul>
    </div>
  );
}
