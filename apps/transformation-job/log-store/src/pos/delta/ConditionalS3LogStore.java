package pos.delta;

import io.delta.storage.S3SingleDriverLogStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log on S3, safe with any number of drivers: a commit is a PUT with {@code If-None-Match: *}, so that S3 itself
 * lets one writer of a version win. Delta's own store for S3 only locks threads of one JVM: with two drivers the later
 * PUT replaces the earlier commit, whose rows are gone.
 *
 * <p>Rests on S3A's conditional create (Hadoop 3.4.2). It is demanded, not hoped for: a file system that can't do it
 * refuses the write.
 *
 * <p>A PUT whose answer got lost is sent again by the AWS SDK and then meets its own object. Each commit therefore
 * carries a token in the object's metadata, which tells the writer its own work from another's.
 */
public final class ConditionalS3LogStore extends S3SingleDriverLogStore {
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";
  private static final String HEADER = "fs.s3a.create.header.";
  private static final String TOKEN = "pos-commit";
  // S3 answers 409 while two conditional PUTs of one key are under way: neither is decided yet.
  private static final int ATTEMPTS = 8;
  private static final long PAUSE_MS = 100;

  /** Made by Delta with the session's Hadoop configuration. */
  public ConditionalS3LogStore(Configuration configuration) {
    super(configuration);
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    if (overwrite) {
      super.write(path, actions, true, configuration);
      return;
    }
    FileSystem fileSystem = path.getFileSystem(configuration);
    byte[] commit = lines(actions);
    String token = UUID.randomUUID().toString();
    for (int attempt = 1; ; attempt++) {
      try {
        create(fileSystem, path, commit, token);
        return;
      } catch (IOException failure) {
        Owner owner = owner(fileSystem, path, token, failure);
        if (owner == Owner.THIS) return;
        if (owner == Owner.ANOTHER) throw new FileAlreadyExistsException(path.toString());
        // Nobody's commit is there. Trying again is safe: this writer's earlier PUT, should it still arrive, and the
        // next one exclude each other, and both carry this writer's token.
        if (attempt == ATTEMPTS) throw failure;
        pause(attempt);
      }
    }
  }

  private static void create(FileSystem fileSystem, Path path, byte[] commit, String token) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(path);
    builder.overwrite(true).recursive().must(CONDITIONAL, true).opt(HEADER + TOKEN, token);
    try (FSDataOutputStream stream = builder.build()) {
      stream.write(commit);
    }
  }

  private enum Owner {
    THIS,
    ANOTHER,
    NOBODY
  }

  /** Whose commit stands at {@code path} after a PUT has failed? */
  private static Owner owner(FileSystem fileSystem, Path path, String token, IOException failure) throws IOException {
    try {
      byte[] found = fileSystem.getXAttr(path, "header." + TOKEN);
      return Arrays.equals(found, token.getBytes(StandardCharsets.UTF_8)) ? Owner.THIS : Owner.ANOTHER;
    } catch (FileNotFoundException nothing) {
      return Owner.NOBODY;
    } catch (IOException unknown) {
      failure.addSuppressed(unknown);
      throw failure;
    }
  }

  private static byte[] lines(Iterator<String> actions) {
    StringBuilder text = new StringBuilder();
    while (actions.hasNext()) text.append(actions.next()).append('\n');
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(PAUSE_MS * attempt);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while committing to Delta's log.", interrupted);
    }
  }
}
