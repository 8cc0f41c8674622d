import pg from 'pg';

/**
 * A pool for the role that owns the schema. `end()` does not wait for the server to notice, so a database dropped right
 * after it may still cut a connection that is on its way out; that is no error of the test.
 */
export function ownerPool(ownerUrl: string, max = 4): pg.Pool {
  const pool = new pg.Pool({ connectionString: ownerUrl, options: '-c search_path=saglasie,public', max });
  pool.on('error', (cause: Error & { code?: string }) => {
    if (cause.code !== '57P01' || !pool.ending) throw cause;
  });
  return pool;
}
