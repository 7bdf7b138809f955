//! What is sold: entered, changed, and by whom.

use seatkeeper_domain::token::Role;

use crate::world::World;

/// Seen red when a feature without a name is refused.
#[tokio::test]
async fn a_product_is_entered_and_changed() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let form = [
        ("name", "Survey"),
        ("code", "survey"),
        ("minimum_version", "16.0"),
        ("feature_code", "clouds"),
        ("feature_name", ""),
        ("feature_code", ""),
        ("feature_name", ""),
    ];
    assert_eq!(world.post(&sales, "/products/new", &form).await.leads(), "/products");
    world.page(&sales, "/products").await.shows(&["Survey", "16.0", ">clouds<"]);
    let one = format!("/products/{}", world.planner);
    world.page(&sales, &one).await.shows(&["value=\"BIM\"", "name=\"revision\" value=\"1\""]);
    let form = [("name", "Planner 2"), ("code", "planner"), ("revision", "1")];
    world.post(&sales, &one, &form).await.leads();
    world.post(&sales, &one, &form).await.again(&["Somebody else changed this meanwhile"]);
}

/// Seen red when a mistake is shown beside another field.
#[tokio::test]
async fn what_is_wrong_with_a_product_is_said_beside_it() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    for (field, value, said) in [
        ("code", "Has Spaces", "id=\"code-wrong\""),
        ("code", "planner", "id=\"code-wrong\">Another product has this already"),
        ("name", "", "id=\"name-wrong\""),
        ("minimum_version", "new", "id=\"minimum_version-wrong\">A version starts with numbers"),
        ("feature_code", "Ä", "id=\"features-wrong\""),
    ] {
        let sound = [
            ("name", "Survey"),
            ("code", "survey"),
            ("minimum_version", ""),
            ("feature_code", ""),
            ("feature_name", ""),
        ];
        let form = sound.map(|(name, given)| (name, if name == field { value } else { given }));
        world.post(&sales, "/products/new", &form).await.again(&[said]);
    }
}
