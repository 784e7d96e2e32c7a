package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SecretText;
import io.countersign.policy.GatePolicy.S3Place;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs requests to one bucket with AWS Signature Version 4, and no others. Without a credential
 * requests are anonymous.
 */
final class S3Trust implements Trust {
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
  private final S3Place place;
  private final Address top;
  private final Credentials credentials;

  S3Trust(S3Place place, Credentials credentials) {
    this.place = place;
    this.top = Address.parse(place.endpoint() + "/");
    this.credentials = credentials;
  }

  @Override
  public Map<String, String> headers(Address address) {
    String bucket = "/" + place.bucket();
    String path = address.uri().getRawPath();
    if (!address.below(top) || !(path.equals(bucket) || path.startsWith(bucket + "/"))) {
      throw Refusals.refused("a place that the gate policy does not name", address.toString());
    }
    String credential = place.credential();
    return credential == null ? Map.of() : signed(address, identity(credential));
  }

  private AwsCredentialsIdentity identity(String name) {
    SecretText line = credentials.read(name);
    List<String> words = List.of(line.reveal().split(" +", -1));
    boolean session = words.size() == 4;
    if (!words.get(0).equals("aws") || !(words.size() == 3 || session)) {
      throw Refusals.unavailable("must be 'aws KEY-ID SECRET [SESSION-TOKEN]'", name);
    }
    return session
        ? AwsSessionCredentialsIdentity.create(words.get(1), words.get(2), words.get(3))
        : AwsCredentialsIdentity.create(words.get(1), words.get(2));
  }

  private Map<String, String> signed(Address address, AwsCredentialsIdentity identity) {
    String query = address.query();
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(URI.create(query == null ? address.toString() : address + "?" + query))
            .build();
    SignedRequest signed =
        SIGNER.sign(
            sign ->
                sign.identity(identity)
                    .request(request)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, place.region())
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
    Map<String, String> headers = new TreeMap<>();
    signed
        .request()
        .forEachHeader(
            (name, values) -> {
              if (!name.equalsIgnoreCase("Host")) {
                headers.put(name, values.get(0));
              }
            });
    return headers;
  }
}
