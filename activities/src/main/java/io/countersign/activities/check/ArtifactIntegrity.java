package io.countersign.activities.check;

import io.countersign.activities.check.modelsigning.ModelSignature;
import io.countersign.activities.check.modelsigning.NotVerified;
import io.countersign.activities.check.modelsigning.SignedModel;
import io.countersign.activities.check.modelsigning.TrustedSigners;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code mlops.artifact-integrity}: every subject is read again from its bytes and must have the
 * digest of the manifest. Evidence documents are read as well, so that their digests are part of
 * the review.
 *
 * <p>A model that is signed with OpenSSF Model Signing must be signed by somebody whom the tier
 * trusts, and every file of it must be as it was signed: changed, added, renamed and removed files
 * fail. The signature's root digest leaves names and ignored files out, the release's digest does
 * not; both are measured, and both must hold for the same bytes.
 *
 * <pre>
 * with:                            # all optional
 *   modelSignature: required       # optional (default): verified where the manifest names one
 *   signingKeys: [PEM]             # public keys on P-256, P-384 or P-521
 *   certificateAuthorities: [PEM]  # with them, signers: whose certificates count
 *   signers: [mlops@example.com]
 *   expiredCertificates: accepted  # refused (default): a certificate is valid when it is looked at
 *   mayBeUnsigned: [.gitattributes]
 * </pre>
 *
 * Keys are written into the gate policy itself, not into files beside it: so they are under the
 * signatures of its owners, and frozen with a release.
 */
public final class ArtifactIntegrity implements Check {
  private static final int MOST = 32;

  @Override
  public String name() {
    return "mlops.artifact-integrity";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings =
        Settings.of(
            this,
            context,
            "modelSignature",
            "signingKeys",
            "certificateAuthorities",
            "signers",
            "expiredCertificates",
            "mayBeUnsigned");
    boolean required = settings.oneOf("modelSignature", "optional", "required").equals("required");
    TrustedSigners trusted = trusted(settings);
    List<String> mayBeUnsigned = words(settings, "mayBeUnsigned");
    CheckFindings found = new CheckFindings();
    Manifest.Evidence evidence = context.manifest().evidence();
    String signature = evidence == null ? null : evidence.modelSignature();
    for (Manifest.Named named : context.manifest().subjects().named()) {
      if (signature != null && named.name().equals("model")) {
        SubjectListing model =
            context.subjects().read(named.subject().uri(), SubjectReader::none, context.progress());
        subject(named, model.subject(), found);
        signed(model, signature, trusted, mayBeUnsigned, context, found);
      } else {
        SubjectDigest read = context.subjects().digest(named.subject().uri(), context.progress());
        subject(named, read, found);
      }
    }
    if (required && signature == null) {
      found.fail(
          "no-signature",
          Severity.HIGH,
          "the tier requires a signature of the model, and the manifest names none",
          "evidence.modelSignature");
    }
    for (String uri : evidence == null ? List.<String>of() : evidence.documents()) {
      byte[] bytes = context.subjects().document(uri, context.progress());
      if (bytes.length == 0) {
        found.fail("empty-evidence", Severity.HIGH, "the evidence document is empty", uri);
      }
      found.evidence(uri, Digest.of(bytes));
    }
    return found;
  }

  private static void subject(Manifest.Named named, SubjectDigest read, CheckFindings found) {
    String uri = named.subject().uri();
    Digest declared = named.subject().digest();
    if (declared == null) {
      found.fail(
          "not-locked", Severity.CRITICAL, named.name() + ": the manifest names no digest", uri);
    } else if (!declared.equals(read.digest())) {
      found.fail(
          "digest-mismatch",
          Severity.CRITICAL,
          named.name() + ": the bytes have " + read.digest() + ", the manifest says " + declared,
          uri);
    }
    if (read.bytes() == 0) {
      found.fail("empty-subject", Severity.HIGH, named.name() + ": there are no bytes", uri);
    }
    found.measure(named.name() + ".bytes", Long.toString(read.bytes()));
    found.measure(named.name() + ".files", Integer.toString(read.files()));
    found.evidence(uri, read.digest());
  }

  private static void signed(
      SubjectListing model,
      String uri,
      TrustedSigners trusted,
      List<String> mayBeUnsigned,
      CheckContext context,
      CheckFindings found) {
    if (trusted.nobody()) {
      found.fail(
          "no-trusted-signer",
          Severity.HIGH,
          "the model is signed, and the tier names nobody whose signature counts",
          uri);
      return;
    }
    byte[] bundle = context.subjects().document(uri, context.progress());
    SignedModel signed;
    try {
      signed = ModelSignature.verify(bundle, trusted, context.world().now());
    } catch (NotVerified e) {
      found.fail(e.id(), Severity.CRITICAL, e.what(), uri);
      return;
    }
    String own = within(context.manifest().subjects().model().uri(), uri);
    Predicate<SubjectFile> unsigned =
        file ->
            mayBeUnsigned.contains(file.path())
                || (file.path().equals(own) && file.digest().equals(Digest.of(bundle)));
    SignedModel.Comparison compared = signed.against(model, unsigned);
    tell("changed-file", "its bytes are not those that were signed", compared.changed(), found);
    tell("missing-file", "it was signed and is not in the model", compared.missing(), found);
    tell("unsigned-file", "it is in the model and was not signed", compared.unsigned(), found);
    boolean same = signed.rootOf(model).equals(signed.root());
    if (!same && compared.changed().isEmpty() && compared.missing().isEmpty()) {
      found.fail(
          "root-mismatch", Severity.CRITICAL, "the files do not have the signed root digest", uri);
    }
    found.measure("signature.signer", signed.signer().name());
    found.measure("signature.root", signed.root().toString());
    found.measure("signature.files", Integer.toString(signed.files().size()));
    found.measure("signature.unsigned", Integer.toString(compared.left().size()));
    found.measure("model.digest", model.subject().digest().toString());
    signed.signer().emails().stream()
        .filter(email -> email.matches("[!-~]{1,254}"))
        .forEach(found::contributor);
  }

  private static void tell(String id, String what, Collection<String> paths, CheckFindings found) {
    paths.forEach(path -> found.fail(id, Severity.CRITICAL, what, path));
  }

  /** The path of a document below the model; null when it lies elsewhere. */
  private static @Nullable String within(String model, String uri) {
    String prefix = model.endsWith("/") ? model : model + "/";
    return uri.startsWith(prefix) ? uri.substring(prefix.length()) : null;
  }

  private static TrustedSigners trusted(Settings settings) {
    List<PublicKey> keys = pem(settings, "signingKeys", TrustedSigners::key);
    List<X509Certificate> authorities =
        pem(settings, "certificateAuthorities", TrustedSigners::authority);
    List<String> signers = words(settings, "signers");
    if (authorities.isEmpty() != signers.isEmpty()) {
      throw settings.refused("signers", "names where, and only where, certificateAuthorities are");
    }
    boolean expired =
        settings.oneOf("expiredCertificates", "refused", "accepted").equals("accepted");
    return new TrustedSigners(keys, authorities, signers, expired);
  }

  private static List<String> words(Settings settings, String name) {
    List<String> words = settings.words(name);
    return words == null ? List.of() : words;
  }

  private static <T> List<T> pem(Settings settings, String name, Function<String, T> read) {
    List<T> all = new ArrayList<>();
    for (String text : words(settings, name)) {
      try {
        all.add(read.apply(text));
      } catch (IllegalArgumentException e) {
        throw settings.refused(name, "a list of: " + e.getMessage());
      }
    }
    if (all.size() > MOST) {
      throw settings.refused(name, "at most " + MOST);
    }
    return all;
  }
}
