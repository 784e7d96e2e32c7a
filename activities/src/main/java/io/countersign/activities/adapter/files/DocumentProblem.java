package io.countersign.activities.adapter.files;

/**
 * One thing that is wrong in a file.
 *
 * @param line from 1; 0 for a document that came without lines
 * @param column from 1, in code points
 * @param field JSON Pointer (RFC 6901); empty for the whole document
 * @param found what stands there, shortened and made safe to print
 * @param allowed what may stand there
 */
public record DocumentProblem(
    String file, int line, int column, String field, String found, String allowed) {

  /** One line: {@code release.yaml:3:5: /metadata/system: found 'X', allowed is …}. */
  @Override
  public String toString() {
    return file
        + (line > 0 ? ":" + line + ":" + column : "")
        + ": "
        + (field.isEmpty() ? "" : field + ": ")
        + "found "
        + found
        + ", allowed is "
        + allowed;
  }
}
