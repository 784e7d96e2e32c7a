package io.countersign.activities.check.format;

import io.countersign.activities.port.SubjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges every file of a model while its bytes pass by. The bytes decide what a file is; a name can
 * only make it worse: what is named like a format must be of it, and what is named like a pickle
 * may be loaded as one.
 */
final class FormatReading implements SubjectReader {
  private static final String HDF5 = "\u0089HDF\r\n\u001a\n";

  private static final Map<String, String> PROMISED =
      Map.of("safetensors", "safetensors", "onnx", "onnx", "npy", "npy", "npz", "npz");

  private static final String[] PICKLES = {
    "pkl", "pickle", "pt", "pth", "ckpt", "joblib", "dill", "cloudpickle", "mar"
  };

  private static final String[] PROGRAMS = {
    "py", "pyc", "pyd", "so", "dll", "dylib", "exe", "sh", "bat", "ps1", "js", "jar", "class", "rb",
    "lua", "whl", "egg", "ipynb", "pl", "r", "jl", "php", "vbs", "cmd", "mjs", "cjs", "ts", "pyw"
  };

  private final Set<String> operatorDomains;
  private final SortedMap<String, Verdict> verdicts = new ConcurrentSkipListMap<>();

  FormatReading(Set<String> operatorDomains) {
    this.operatorDomains = operatorDomains;
  }

  /** What every file is, by path. */
  SortedMap<String, Verdict> verdicts() {
    return verdicts;
  }

  @Override
  public void file(String path, long size, InputStream bytes) throws IOException {
    verdicts.put(path, judge(ModelBytes.of(path, size, bytes)));
  }

  private Verdict judge(ModelBytes file) throws IOException {
    String promised = promised(file);
    try {
      Verdict verdict = recognise(file, promised);
      if (promised != null && !verdict.format().equals(promised)) {
        return new Verdict.Broken(
            promised, "disguised", "it is named like " + promised + " and is " + verdict.format());
      }
      return verdict;
    } catch (Unsound e) {
      String format = promised == null ? shape(file) : promised;
      return new Verdict.Broken(format, e.id(), String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String promised(ModelBytes file) {
    return PROMISED.entrySet().stream()
        .filter(format -> file.named(format.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String shape(ModelBytes file) {
    return ZipContents.begins(file)
        ? "zip"
        : SafetensorsHeader.begins(file)
            ? "safetensors"
            : NumpyArray.begins(file) ? "npy" : OnnxModel.begins(file) ? "onnx" : "unrecognised";
  }

  private Verdict recognise(ModelBytes file, @Nullable String promised)
      throws IOException, Unsound {
    if (file.size() == 0) {
      return promised == null ? Verdict.Sound.of("empty") : broken("truncated");
    }
    if (ZipContents.begins(file)) {
      return named(file, ZipContents.read(file));
    }
    String packed = packed(file);
    if (packed != null) {
      return new Verdict.MayRunCode(packed, "a packed file whose contents are not judged");
    }
    if (program(file)) {
      return new Verdict.MayRunCode("program", "it is a program");
    }
    if (NumpyArray.begins(file)) {
      return named(file, NumpyArray.read(file.all(), file.size()));
    }
    if (hdf5(file)) {
      return new Verdict.MayRunCode(
          "hdf5", "a Keras model in HDF5 may have layers that carry code");
    }
    if (file.has(0, "GGUF") || file.has(4, "TFL3")) {
      return new Verdict.MayRunCode(
          file.has(0, "GGUF") ? "gguf" : "tflite", "the gate does not judge this format");
    }
    if (PickleWalk.is(file)) {
      return new Verdict.MayRunCode("pickle", "loading a pickle runs what it says");
    }
    if (SafetensorsHeader.begins(file) || "safetensors".equals(promised)) {
      return named(file, SafetensorsHeader.read(file));
    }
    if (OnnxModel.begins(file) || "onnx".equals(promised)) {
      return named(file, OnnxModel.read(file, operatorDomains));
    }
    if (file.named("pb")) {
      return new Verdict.MayRunCode("tensorflow", "a TensorFlow graph may read and write files");
    }
    if (file.named("json")) {
      return LoadedText.json(file.all());
    }
    if (file.named("yaml", "yml") || file.name().endsWith("MLmodel")) {
      return LoadedText.yaml(file.all());
    }
    return named(
        file,
        PlainText.is(file.all())
            ? Verdict.Sound.of("text")
            : new Verdict.MayRunCode("unrecognised", "its format is not recognised"));
  }

  private static Verdict named(ModelBytes file, Verdict verdict) {
    return file.named(PICKLES)
        ? new Verdict.MayRunCode("pickle", "its name says that it is loaded as a pickle")
        : verdict;
  }

  private static Verdict broken(String id) throws Unsound {
    throw new Unsound(id, "the file is empty");
  }

  private static boolean program(ModelBytes file) {
    return file.named(PROGRAMS)
        || file.has(0, "#!")
        || file.has(0, "\u007fELF")
        || file.has(0, "MZ")
        || file.has(0, 0xCA, 0xFE, 0xBA, 0xBE)
        || file.has(0, 0xCF, 0xFA, 0xED, 0xFE)
        || file.has(0, 0xCE, 0xFA, 0xED, 0xFE)
        || file.has(0, 0xFE, 0xED, 0xFA, 0xCE)
        || file.has(0, 0xFE, 0xED, 0xFA, 0xCF);
  }

  /** HDF5 begins at 0, 512, 1024, 2048 and so on (HDF5 File Format Specification, II.A). */
  private static boolean hdf5(ModelBytes file) {
    return file.has(0, HDF5)
        || file.has(512, HDF5)
        || file.has(1024, HDF5)
        || file.has(2048, HDF5)
        || file.named("h5", "hdf5");
  }

  private static @Nullable String packed(ModelBytes file) {
    if (file.has(0, 0x1F, 0x8B)) {
      return "gzip";
    }
    if (file.has(0, 0x78, 0x01)
        || file.has(0, 0x78, 0x5E)
        || file.has(0, 0x78, 0x9C)
        || file.has(0, 0x78, 0xDA)) {
      return "zlib";
    }
    if (file.has(0, "BZh")) {
      return "bzip2";
    }
    if (file.has(0, 0xFD, '7', 'z', 'X', 'Z', 0) || file.has(0, 0x5D, 0, 0)) {
      return "xz";
    }
    if (file.has(0, 0x28, 0xB5, 0x2F, 0xFD)) {
      return "zstd";
    }
    if (file.has(0, 0x04, 0x22, 0x4D, 0x18)) {
      return "lz4";
    }
    if (file.has(0, '7', 'z', 0xBC, 0xAF) || file.has(0, "Rar!")) {
      return "archive";
    }
    return file.has(257, "ustar") ? "tar" : null;
  }
}
