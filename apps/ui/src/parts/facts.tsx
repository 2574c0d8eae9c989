interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** A few numbers with their names. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
