import { defineConfig } from 'prisma/config';

// Only the developer's CLI reads this; the product applies migrations itself (lib/db/migrate.ts).
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://app@localhost/socdown' },
});
