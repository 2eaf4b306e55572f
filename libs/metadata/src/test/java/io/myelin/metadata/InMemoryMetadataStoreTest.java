package io.myelin.metadata;

import io.myelin.metadata.testing.RememberingStoreContract;

class InMemoryMetadataStoreTest extends RememberingStoreContract {
  @Override
  protected MetadataStore create() {
    return new InMemoryMetadataStore("test");
  }
}
